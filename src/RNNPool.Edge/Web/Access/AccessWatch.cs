namespace RNNPool.Edge.Web.Access;

/// <summary>Signs everybody out soon after another program has changed the password, also those who only look on and ask for nothing.</summary>
internal sealed class AccessWatch(AccessStore store, Sessions sessions, TimeProvider time) : BackgroundService
{
    /// <summary>Time from one look to the next.</summary>
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
