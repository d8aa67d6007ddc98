using Microsoft.Extensions.Options;
using RNNPool.Edge.Core;
using RNNPool.Edge.Vision.Cameras;
using RNNPool.Edge.Vision.Frames;

namespace RNNPool.Edge.Pipeline.Camera;

/// <summary>Opens every camera and takes one frame.</summary>
internal sealed class CameraCheck(IOptions<CameraOptions> options, Lazy<IEnumerable<ICameraFactory>> factories) : IDoctorCheck
{
    private const string Fix =
        "Set Camera:Source, for example to /dev/video0, csi or rtsp://camera.local/stream; 'rnnpool-edge cameras' lists the cameras.";

    private static readonly TimeSpan CloseTime = TimeSpan.FromSeconds(5);

    public string Name => "camera";

    public async Task<CheckResult> RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (!NoCamera.IsCamera(options.Value.Source))
                return new CheckResult(Name, CheckOutcome.Off, NoCamera.Reason, Fix);
            TimeSpan patience = options.Value.OpenTimeout;
            var findings = new List<string>();
            foreach (ICameraFactory factory in factories.Value)
            {
                CheckResult result = await CheckAsync(factory, factory.Create(), patience, cancellationToken).ConfigureAwait(false);
                if (result.Outcome != CheckOutcome.Ok)
                    return result;
                findings.Add(result.Finding);
            }

            return new CheckResult(Name, CheckOutcome.Ok, string.Join(' ', findings));
        }
        catch (OptionsValidationException exception)
        {
            return new CheckResult(Name, CheckOutcome.Failed, string.Join(' ', exception.Failures), Fix);
        }
        catch (CameraException exception)
        {
            return new CheckResult(Name, CheckOutcome.Failed, exception.Message, exception.Fix ?? Fix);
        }
    }

    private async Task<CheckResult> CheckAsync(
        ICameraFactory cameras,
        ICamera camera,
        TimeSpan patience,
        CancellationToken cancellationToken
    )
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(patience);
        CheckResult result;
        try
        {
            // Opening may block in a driver.
            using Frame? frame = await Task.Run(() => camera.ReadAsync(timeout.Token).AsTask(), cancellationToken)
                .WaitAsync(timeout.Token)
                .ConfigureAwait(false);
            result = frame is null
                ? new CheckResult(Name, CheckOutcome.Failed, $"{cameras.Source} has no frames.", Fix)
                : new CheckResult(Name, CheckOutcome.Ok, $"{cameras.Source} delivers {frame.Width}x{frame.Height} {frame.Format}.");
        }
        catch (CameraException exception)
        {
            result = new CheckResult(Name, CheckOutcome.Failed, exception.Message, exception.Fix ?? Fix);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            result = new CheckResult(
                Name,
                CheckOutcome.Failed,
                $"No frame within {patience.TotalSeconds:0.#} s.",
                "Check the cable and whether another program uses the camera."
            );
        }

        // A camera that does not close must not delay the other checks.
        bool closed = await new CameraCloser(TimeProvider.System).CloseAsync(camera, CloseTime, cancellationToken).ConfigureAwait(false);
        return closed
            ? result
            : new CheckResult(
                Name,
                CheckOutcome.Failed,
                $"{cameras.Source}: {camera.Stuck ?? "the camera does not close."}",
                "Restart the machine if the camera is not released."
            );
    }
}
