using Microsoft.Extensions.Options;
using RNNPool.Edge.Capture;
using RNNPool.Edge.Vision.Cameras;
using RNNPool.Edge.Vision.Frames;

namespace RNNPool.Edge.Doctor;

/// <summary>Opens the camera and takes one frame.</summary>
internal sealed class CameraCheck(IServiceProvider services) : IDoctorCheck
{
    private const string Fix = "Set Camera:Source or --camera, for example --camera images:/srv/pictures or --camera synthetic:.";

    public string Name => "camera";

    public async Task<CheckResult> RunAsync(CancellationToken cancellationToken)
    {
        TimeSpan patience = TimeSpan.FromSeconds(5);
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(patience);
        try
        {
            ICameraFactory cameras = services.GetRequiredService<ICameraFactory>();
            ICamera camera = cameras.Create();
            await using (camera.ConfigureAwait(false))
            {
                using Frame? frame = await camera.ReadAsync(timeout.Token).ConfigureAwait(false);
                return frame is null
                    ? new CheckResult(Name, CheckOutcome.Failed, $"{cameras.Source} has no frames.", Fix)
                    : new CheckResult(Name, CheckOutcome.Ok, $"{cameras.Source} delivers {frame.Width}x{frame.Height} {frame.Format}.");
            }
        }
        catch (OptionsValidationException exception)
        {
            return new CheckResult(Name, CheckOutcome.Failed, string.Join(' ', exception.Failures), Fix);
        }
        catch (CameraException exception)
        {
            return new CheckResult(Name, CheckOutcome.Failed, exception.Message, Fix);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new CheckResult(Name, CheckOutcome.Failed, $"No frame within {patience.TotalSeconds:0} s.", "Check the cable and whether another program uses the camera.");
        }
    }
}
