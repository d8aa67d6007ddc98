using RNNPool.Edge.Core;

namespace RNNPool.Edge.Pipeline.Control;

/// <summary>Pauses detection in the quiet hours, if the settings ask for it.</summary>
internal sealed class QuietHoursService(QuietHours hours, DeviceControls controls, LoopSupervisor loops, TimeProvider time)
    : BackgroundService
{
    /// <summary>How often the clock is read; it may be set at any time.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(15);

    /// <inheritdoc/>
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        // Before the camera starts, so that a start in quiet hours films nothing.
        controls.SetQuiet(hours.PauseDetection);
        return hours.ConcernDetection ? base.StartAsync(cancellationToken) : Task.CompletedTask;
    }

    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => loops.RunAsync("quiet hours", RunAsync, stoppingToken);

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await Task.Delay(Interval, time, cancellationToken).ConfigureAwait(false);
            controls.SetQuiet(hours.PauseDetection);
        }
    }
}
