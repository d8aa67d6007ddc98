using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Options;
using RNNPool.Edge.Events;
using RNNPool.Edge.Health;
using RNNPool.Edge.Link.Coprocessor;
using RNNPool.Edge.Link.Sessions;
using RNNPool.Edge.Pipeline.Coprocessor;
using RNNPool.Edge.Pipeline.Status;
using RNNPool.Edge.Sinks.Mqtt.Outbox;

namespace RNNPool.Edge.Sinks.Mqtt;

/// <summary>Publishes figures at an interval, and the health and the coprocessor's state when they change as well.</summary>
internal sealed class ReportService(
    PipelineStatus pipeline,
    HealthMonitor health,
    MachineSensors sensors,
    EventOutbox outbox,
    RetainedStates states,
    MqttTopics topics,
    IOptions<MqttOptions> options,
    IServiceProvider services,
    TimeProvider time
) : BackgroundService
{
    private readonly Lock _showing = new();
    private readonly CoprocessorStatus? _coprocessor = services.GetService<CoprocessorStatus>();
    private readonly CoprocessorClient? _link = services.GetService<CoprocessorClient>();

    /// <inheritdoc/>
    public override void Dispose()
    {
        health.Changed -= HealthChanged;
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        health.Changed += HealthChanged;
        using var timer = new PeriodicTimer(options.Value.ReportInterval, time);
        do Report();
        while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false));
    }

    private void Report()
    {
        OutboxStatus events = outbox.Status;
        states.Set(
            topics.Diagnostics,
            DeviceReportJson.ToBytes(
                new DeviceReport(
                    Math.Round(pipeline.CaptureRate, 2),
                    Math.Round(pipeline.InferenceRate, 2),
                    Rounded(pipeline.InferenceMilliseconds),
                    Math.Round(pipeline.FrameAge.TotalMilliseconds),
                    Rounded(sensors.Temperature()),
                    Math.Round(pipeline.Uptime.TotalSeconds),
                    events.Queued,
                    events.Dropped + events.Expired + events.Refused,
                    Rounded(_coprocessor?.FrameMilliseconds),
                    _link is { Info: not null } ? Math.Round(_link.RoundTrip.TotalMilliseconds, 1) : null,
                    _coprocessor?.CoprocessorFrames,
                    _link is { Counters: var counters } ? Errors(counters) : null
                )
            )
        );
        ShowHealth();
    }

    private void HealthChanged(HealthReport report) => ShowHealth();

    private void ShowHealth()
    {
        // The present one, one at a time: a report that was taken a moment earlier must not replace it.
        lock (_showing)
            states.Set(topics.Health, JsonSerializer.SerializeToUtf8Bytes(health.Current, EventJson.Default.HealthReport));
        if (_coprocessor is not null)
            states.Set(
                topics.Coprocessor,
                Encoding.ASCII.GetBytes(
                    _coprocessor.Approved is null || _coprocessor.Obstacle is not null ? MqttTopics.Offline : MqttTopics.Online
                )
            );
    }

    private static long Errors(LinkCounters counters) =>
        counters.DamagedFrames + counters.SequenceGaps + counters.Retransmissions + counters.Resets;

    private static double? Rounded(double? value) => value is { } figure ? Math.Round(figure, 1) : null;
}
