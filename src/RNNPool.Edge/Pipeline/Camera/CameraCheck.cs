using Microsoft.Extensions.Options;
using RNNPool.Edge.Core;
using RNNPool.Edge.Vision.Cameras;
using RNNPool.Edge.Vision.Frames;

namespace RNNPool.Edge.Pipeline.Camera;

/// <summary>Opens every camera and takes one frame.</summary>
internal sealed class CameraCheck(IOptions<CameraOptions> main, CameraSettings settings, Lazy<IEnumerable<ICameraFactory>> factories)
    : IDoctorCheck
{
    private const string CheckName = "camera";

    /// <summary>How to choose a camera.</summary>
    public const string Fix =
        "Set Camera:Source, for example to /dev/video0, csi or rtsp://camera.local/stream; 'rnnpool-edge cameras' lists the cameras.";

    private static readonly TimeSpan CloseTime = TimeSpan.FromSeconds(5);

    public string Name => CheckName;

    public async Task<CheckResult> RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            ICameraFactory[] cameras = [.. factories.Value.Skip(NoCamera.IsCamera(main.Value.Source) ? 0 : 1)];
            if (cameras.Length == 0)
                return new CheckResult(Name, CheckOutcome.Off, NoCamera.Reason, Fix);
            CheckResult[] results = await Task.WhenAll(cameras.Select(RunAsync)).ConfigureAwait(false);
            if (results is [var only])
                return only;
            string findings = string.Join(' ', results.Select((result, index) => $"{cameras[index].Name}: {result.Finding}"));
            CheckResult worst = results.FirstOrDefault(result => result.Outcome != CheckOutcome.Ok) ?? results[0];
            return worst with { Finding = findings };
        }
        catch (OptionsValidationException exception)
        {
            return new CheckResult(Name, CheckOutcome.Failed, string.Join(' ', exception.Failures), Fix);
        }

        Task<CheckResult> RunAsync(ICameraFactory camera) => CheckAsync(camera, settings.Capture(camera.Name), cancellationToken);
    }

    /// <summary>Opens one camera and takes one frame.</summary>
    public static async Task<CheckResult> CheckAsync(ICameraFactory camera, CaptureOptions options, CancellationToken cancellationToken)
    {
        try
        {
            return await OpenAsync(camera, camera.Create(), options.OpenTimeout, cancellationToken).ConfigureAwait(false);
        }
        catch (CameraException exception)
        {
            return new CheckResult(CheckName, CheckOutcome.Failed, exception.Message, exception.Fix ?? Fix);
        }
    }

    private static async Task<CheckResult> OpenAsync(
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
                ? new CheckResult(CheckName, CheckOutcome.Failed, $"{cameras.Source} has no frames.", Fix)
                : new CheckResult(CheckName, CheckOutcome.Ok, $"{cameras.Source} delivers {frame.Width}x{frame.Height} {frame.Format}.");
        }
        catch (CameraException exception)
        {
            result = new CheckResult(CheckName, CheckOutcome.Failed, exception.Message, exception.Fix ?? Fix);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            result = new CheckResult(
                CheckName,
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
                CheckName,
                CheckOutcome.Failed,
                $"{cameras.Source}: {camera.Stuck ?? "the camera does not close."}",
                "Restart the machine if the camera is not released."
            );
    }
}

/// <summary>Opens the main camera alone, because the device uses the other ones while its page tests a source.</summary>
internal sealed class MainCameraCheck(IOptions<CameraOptions> main, Lazy<IEnumerable<ICameraFactory>> factories) : IDoctorCheck
{
    public string Name => "camera";

    public async Task<CheckResult> RunAsync(CancellationToken cancellationToken) =>
        NoCamera.IsCamera(main.Value.Source)
            ? await CameraCheck.CheckAsync(factories.Value.First(), main.Value, cancellationToken).ConfigureAwait(false)
            : new CheckResult(Name, CheckOutcome.Off, NoCamera.Reason, CameraCheck.Fix);
}
