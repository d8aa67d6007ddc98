using System.Globalization;
using RNNPool.Edge.Core;
using RNNPool.Edge.Events;
using RNNPool.Edge.Pipeline.Status;

namespace RNNPool.Edge.Health.Systemd;

/// <summary>
/// Tells systemd that the device is ready, how it is, that it stops, and, while the pipeline moves and only then, that it is alive. A
/// device that stands still for the length of the watchdog is killed and started again.
/// </summary>
internal sealed partial class SystemdService(
    ServiceManager manager,
    ServiceEnvironment environment,
    PipelineLiveness liveness,
    HealthMonitor health,
    PipelineStatus status,
    OccupancyState occupancy,
    IHostApplicationLifetime lifetime,
    TimeProvider timeProvider,
    ILogger<SystemdService> logger
) : IHostedService, IDisposable
{
    private static readonly TimeSpan StatusInterval = TimeSpan.FromSeconds(10);

    private readonly List<CancellationTokenRegistration> _registrations = [];
    private ITimer? _watchdog;
    private ITimer? _status;
    private string? _stillFor;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (!manager.IsConnected)
            return Task.CompletedTask;
        _registrations.Add(lifetime.ApplicationStarted.Register(Begin));
        _registrations.Add(lifetime.ApplicationStopping.Register(manager.Stopping));
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        Dispose();
        return Task.CompletedTask;
    }

    public void Dispose()
    {
        health.Changed -= Tell;
        _watchdog?.Dispose();
        _status?.Dispose();
        foreach (CancellationTokenRegistration registration in _registrations)
            registration.Dispose();
        _registrations.Clear();
    }

    private void Begin()
    {
        manager.Ready();
        health.Changed += Tell;
        _status = timeProvider.CreateTimer(_ => Tell(health.Current), null, TimeSpan.Zero, StatusInterval);
        if (environment.WatchdogTime is not { } time)
            return;

        // A third: two signs of life may be late, or lost, before anything happens.
        LogWatchdog(time.TotalSeconds);
        _watchdog = timeProvider.CreateTimer(_ => Feed(), null, TimeSpan.Zero, time / 3);
    }

    private void Feed()
    {
        string? still = liveness.Stall();
        if (still is null)
            manager.Watchdog();
        if (still == _stillFor)
            return;
        if (still is not null && _stillFor is null)
            LogStill(still);
        else if (still is null)
            LogMoves();
        _stillFor = still;
    }

    private void Tell(HealthReport report) => manager.Status(Describe(report));

    private string Describe(HealthReport report) =>
        report.State switch
        {
            HealthState.Failed => "Not well: " + string.Join(' ', report.Reasons),
            HealthState.Paused => "Paused: " + report.Pause,
            HealthState.Degraded => Watching() + " " + string.Join(' ', report.Degradations),
            _ => Watching(),
        };

    private string Watching() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"Watching: {status.CaptureRate:0.0} frames/s, {status.InferenceRate:0.0} inferences/s, {occupancy.Current.Count} present."
        );

    [LoggerMessage(1940, LogLevel.Information, "systemd restarts the device when its pipeline stands still for {Seconds:0.#} s.")]
    private partial void LogWatchdog(double seconds);

    [LoggerMessage(1941, LogLevel.Critical, "The pipeline stands still, and systemd is no longer told that the device is alive: {Reason}")]
    private partial void LogStill(string reason);

    [LoggerMessage(1942, LogLevel.Warning, "The pipeline moves again.")]
    private partial void LogMoves();
}
