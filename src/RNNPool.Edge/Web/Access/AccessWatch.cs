namespace RNNPool.Edge.Web.Access;

/// <summary>Ends all sessions, their streams included, soon after another program has changed the password.</summary>
internal sealed class AccessWatch(AccessStore store, Sessions sessions, TimeProvider time) : BackgroundService
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
                store.Refresh();
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
