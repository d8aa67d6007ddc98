namespace RNNPool.Edge.Health;

/// <summary>Evaluates the health once a second, says in the log when it changes and tells whoever wants to know. Thread-safe.</summary>
public sealed partial class HealthMonitor : IHostedService, IDisposable
{
    /// <summary>Time between two evaluations.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly HealthModel _model;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger<HealthMonitor> _logger;
    private readonly Lock _lock = new();
    private ITimer? _timer;
    private volatile HealthReport? _current;

    /// <summary>Evaluates nothing yet.</summary>
    public HealthMonitor(HealthModel model, TimeProvider timeProvider, ILogger<HealthMonitor> logger)
    {
        ArgumentNullException.ThrowIfNull(model);
        (_model, _timeProvider, _logger) = (model, timeProvider, logger);
    }

    /// <summary>Raised with the new report when the state of any part has changed; not for ages alone. By a thread of the pool, one at a time.</summary>
    public event Action<HealthReport>? Changed;

    /// <summary>The last report, at most <see cref="Interval"/> old.</summary>
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

    /// <summary>Evaluates at once.</summary>
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
#pragma warning disable CA1031 // One listener must not keep the health from the others.
                catch (Exception exception)
#pragma warning restore CA1031
                {
                    LogListenerFailed(exception);
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

    [LoggerMessage(1930, LogLevel.Error, "Health of {Part}: {Reason}")]
    private partial void LogFailed(string part, string reason);

    [LoggerMessage(1931, LogLevel.Warning, "Health of {Part}: {Reason}")]
    private partial void LogDegraded(string part, string reason);

    [LoggerMessage(1932, LogLevel.Information, "Health of {Part}: {State}.")]
    private partial void LogGood(string part, HealthState state);

    [LoggerMessage(1933, LogLevel.Error, "A part failed when it was told of a change in health.")]
    private partial void LogListenerFailed(Exception exception);
}
