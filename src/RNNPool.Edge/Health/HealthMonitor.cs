using RNNPool.Edge.Core;

namespace RNNPool.Edge.Health;

/// <summary>Evaluates the health once a second, logs changes and notifies subscribers. Thread-safe.</summary>
internal sealed partial class HealthMonitor : IHealthMonitor, IHostedService, IDisposable
{
    /// <summary>Time between two evaluations.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly HealthModel _model;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger<HealthMonitor> _logger;
    private readonly Lock _lock = new();
    private ITimer? _timer;
    private volatile HealthReport? _current;

    /// <summary>Creates a monitor; the evaluations begin with <see cref="StartAsync"/>.</summary>
    public HealthMonitor(HealthModel model, TimeProvider timeProvider, ILogger<HealthMonitor> logger)
    {
        ArgumentNullException.ThrowIfNull(model);
        _model = model;
        _timeProvider = timeProvider;
        _logger = logger;
    }

    /// <inheritdoc/>
    public event Action<HealthReport>? Changed;

    /// <inheritdoc/>
    public HealthReport Current => _current ??= _model.Evaluate();

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        _timer = _timeProvider.CreateTimer(static monitor => ((HealthMonitor)monitor!).Evaluate(), this, Interval, Interval);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken)
    {
        _timer?.Dispose();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public void Dispose() => _timer?.Dispose();

    /// <summary>Evaluates now, and notifies subscribers if a state has changed.</summary>
    public void Evaluate()
    {
        lock (_lock)
        {
            HealthReport before = Current;
            HealthReport report = _model.Evaluate();
            _current = report;
            if (report.SameAs(before))
                return;
            Log(before, report);
            foreach (Action<HealthReport> handler in (Changed?.GetInvocationList() ?? []).Cast<Action<HealthReport>>())
            {
                try
                {
                    handler(report);
                }
#pragma warning disable CA1031 // An exception of one subscriber must not keep the report from the others.
                catch (Exception exception)
#pragma warning restore CA1031
                {
                    LogSubscriberFailed(exception);
                }
            }
        }
    }

    private void Log(HealthReport before, HealthReport now)
    {
        foreach (HealthComponent component in now.Components)
        {
            HealthState was = before.Components.FirstOrDefault(other => other.Name == component.Name)?.State ?? HealthState.Good;
            if (was == component.State)
                continue;
            if (component.State == HealthState.Failed)
                LogFailed(component.Name, component.Reason!);
            else if (component.State == HealthState.Degraded)
                LogDegraded(component.Name, component.Reason!);
            else
                LogGood(component.Name, component.State);
        }
    }
}
