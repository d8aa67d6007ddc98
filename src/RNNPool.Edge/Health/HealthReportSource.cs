using System.Text.Json;
using RNNPool.Edge.Core;
using RNNPool.Edge.Core.Reports;

namespace RNNPool.Edge.Health;

/// <summary>Publishes the health, the temperature of the processor and its supply.</summary>
internal sealed class HealthReportSource : IReportSource, IDisposable
{
    /// <summary>Topic below the prefix that holds the health as JSON.</summary>
    public const string Topic = "health";

    private readonly IHealthMonitor _health;

    /// <summary>Creates a source that follows the health.</summary>
    public HealthReportSource(IHealthMonitor health, TemperatureHealth temperature, PowerHealth power)
    {
        _health = health;
        Topics = [new ReportTopic(Topic, () => JsonSerializer.SerializeToUtf8Bytes(health.Current, HealthJson.Default.HealthReport))];

        // Only a Raspberry Pi reports supply and throttling; elsewhere their entities would always be unknown.
        Figures =
        [
            new ReportFigure("cpuTemperature", () => temperature.Temperature, 1)
            {
                Entity = new FigureEntity("cpu_temperature", "CPU temperature", "°C", "temperature"),
            },
            new ReportFigure("underVoltage", () => Number(power.IsLow))
            {
                Entity = power.IsLow is null ? null : new FigureEntity("under_voltage", "Under-voltage") { IsProblem = true },
            },
            new ReportFigure("throttled", () => Number(temperature.IsThrottled))
            {
                Entity = temperature.IsThrottled is null ? null : new FigureEntity("throttled", "Throttled") { IsProblem = true },
            },
        ];
        health.Changed += OnHealth;
    }

    // Without figures, because Home Assistant stores each change of an attribute.
    private static string ProblemAttributes { get; } =
        "{{ {'state': value_json.state, 'pause': value_json.pause, "
        + "'reasons': value_json.reasons | map('regex_replace', ' for [0-9.]+ s', '') | list, "
        + $"'failed': {Names(HealthState.Failed)}, 'degraded': {Names(HealthState.Degraded)}}} | to_json }}}}";

    /// <inheritdoc/>
    public event Action? Changed;

    /// <inheritdoc/>
    public IReadOnlyList<ReportFigure> Figures { get; }

    /// <inheritdoc/>
    public IReadOnlyList<ReportTopic> Topics { get; }

    /// <inheritdoc/>
    public IReadOnlyList<ReportEntity> Entities =>
        [
            new(
                "problem",
                "binary_sensor",
                "Problem",
                ("stat_t", "~/" + Topic),
                ("val_tpl", "{{ 'OFF' if value_json.healthy else 'ON' }}"),
                ("json_attr_t", "~/" + Topic),
                ("json_attr_tpl", ProblemAttributes),
                ("dev_cla", "problem"),
                ("ent_cat", "diagnostic")
            ),
        ];

    public void Dispose() => _health.Changed -= OnHealth;

    private static string Names(HealthState state) =>
        $"value_json.components | selectattr('state', 'eq', '{JsonNamingPolicy.CamelCase.ConvertName(state.ToString())}') "
        + "| map(attribute='name') | list";

    private static double? Number(bool? value) => value is { } known ? (known ? 1 : 0) : null;

    private void OnHealth(HealthReport report) => Changed?.Invoke();
}
