using System.Globalization;
using RNNPool.Edge.Core;
using RNNPool.Edge.Events;
using RNNPool.Edge.Pipeline;

namespace RNNPool.Edge.Health.Systemd;

/// <summary>
/// Reports to systemd that the device is ready, its status, that it stops, and, while no loop has stalled, that it is alive. systemd
/// restarts a device that has stalled for the time of the watchdog.
/// </summary>
internal sealed partial class SystemdService(
    ServiceManager manager,
    ServiceEnvironment environment,
    PipelineLiveness liveness,
    HealthMonitor health,
    PipelineTotals totals,
    OccupancyState occupancy,
    PageAddress page,
    IHostApplicationLifetime lifetime,
    TimeProvider timeProvider,
    ILogger<SystemdService> logger
) : IHostedService, IDisposable
{
    private static readonly TimeSpan StatusInterval = TimeSpan.FromSeconds(10);

    private readonly List<CancellationTokenRegistration> _registrations = [];
    private ITimer? _watchdog;
    private ITimer? _status;
    private string? _stall;

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
        health.Changed -= Report;
        page.Changed -= ReportAddress;
        _watchdog?.Dispose();
        _status?.Dispose();
        foreach (CancellationTokenRegistration registration in _registrations)
            registration.Dispose();
        _registrations.Clear();
    }

    private void Begin()
    {
        manager.Ready();
        health.Changed += Report;
        page.Changed += ReportAddress;
        _status = timeProvider.CreateTimer(_ => Report(health.Current), null, TimeSpan.Zero, StatusInterval);
        if (environment.WatchdogTime is not { } time)
            return;

        // A third of the time, so that two messages may be late or lost.
        LogWatchdog(time.TotalSeconds);
        _watchdog = timeProvider.CreateTimer(_ => Feed(), null, TimeSpan.Zero, time / 3);
    }

    private void Feed()
    {
        string? stall = liveness.FindStall();
        if (stall is null)
            manager.Watchdog();
        if (stall == _stall)
            return;
        if (stall is not null && _stall is null)
            LogStalled(stall);
        else if (stall is null)
            LogRecovered();
        _stall = stall;
    }

    private void ReportAddress() => Report(health.Current);

    private void Report(HealthReport report) =>
        manager.Status(
            page.Value is { } address ? $"{Describe(report)} Page: {address.GetLeftPart(UriPartial.Authority)}" : Describe(report)
        );

    private string Describe(HealthReport report) =>
        report.State switch
        {
            HealthState.Failed => "Unhealthy: " + string.Join(' ', report.Reasons),
            HealthState.Paused => "Paused: " + report.Pause,
            HealthState.Degraded => Summary() + " " + string.Join(' ', report.Degradations),
            _ => Summary(),
        };

    private string Summary() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"Running: {totals.CaptureRate:0.0} frames/s, {totals.InferenceRate:0.0} inferences/s, {occupancy.Current.Count} present."
        );

    [LoggerMessage(1940, LogLevel.Information, "systemd restarts the device when a loop has stalled for {Seconds:0.#} s.")]
    private partial void LogWatchdog(double seconds);

    [LoggerMessage(1941, LogLevel.Critical, "A loop has stalled, and the watchdog of systemd is no longer fed: {Reason}")]
    private partial void LogStalled(string reason);

    [LoggerMessage(1942, LogLevel.Warning, "All loops cycle again.")]
    private partial void LogRecovered();
}
