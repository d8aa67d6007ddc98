using Microsoft.Extensions.Options;
using RNNPool.Edge.Pipeline.Camera;

namespace RNNPool.Edge.Web.Access;

/// <summary>
/// Ends all sessions, their streams included, soon after another program has changed the password. Removes a one-time password that was
/// made although the device is set up.
/// </summary>
internal sealed class AccessWatch(AccessStore store, Sessions sessions, IOptions<CameraOptions> camera, TimeProvider time)
    : BackgroundService
{
    /// <summary>Time between two checks of the file.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        store.PasswordReplaced += sessions.EndAll;
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false))
            {
                store.Refresh();
                if (NoCamera.IsCamera(camera.Value.Source))
                    store.EndSetup();
            }
        }
        catch (OperationCanceledException)
        {
            // The device stops.
        }
        finally
        {
            store.PasswordReplaced -= sessions.EndAll;
        }
    }
}
