using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Options;
using RNNPool.Edge.Coprocessor;
using RNNPool.Edge.Events;
using RNNPool.Edge.Health;
using RNNPool.Edge.Link.Coprocessor;
using RNNPool.Edge.Link.Sessions;
using RNNPool.Edge.Mqtt.Outbox;
using RNNPool.Edge.Pipeline;

namespace RNNPool.Edge.Mqtt;

/// <summary>Publishes figures at an interval, and the health and the coprocessor's state soon after they change as well.</summary>
internal sealed class ReportService(
    PipelineStatus pipeline,
    HealthModel health,
    EventOutbox outbox,
    RetainedStates states,
    MqttTopics topics,
    IOptions<MqttOptions> options,
    IServiceProvider services,
    TimeProvider time) : BackgroundService
{
    /// <summary>How often it is looked whether the health has changed.</summary>
    private static readonly TimeSpan CheckInterval = TimeSpan.FromSeconds(1);

    private readonly CoprocessorStatus? _coprocessor = services.GetService<CoprocessorStatus>();
    private readonly CoprocessorClient? _link = services.GetService<CoprocessorClient>();
    private (bool Healthy, int Reasons, int Degradations) _shown;

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(CheckInterval, time);
        long reported = 0;
        do
        {
            HealthReport report = health.Evaluate();
            bool due = reported == 0 || time.GetElapsedTime(reported) >= options.Value.ReportInterval;
            if (due)
            {
                reported = time.GetTimestamp();
                Report();
            }

            // Ages change all the time; only a change of what is wrong is news between two reports.
            (bool, int, int) now = (report.Healthy, report.Reasons.Count, report.Degradations.Count);
            if (due || now != _shown) states.Set(topics.Health, JsonSerializer.SerializeToUtf8Bytes(report, EventJson.Default.HealthReport));
            _shown = now;
            if (_coprocessor is not null) states.Set(topics.Coprocessor, Encoding.ASCII.GetBytes(_coprocessor.Approved is null || _coprocessor.Obstacle is not null ? MqttTopics.Offline : MqttTopics.Online));
        }
        while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false));
    }

    private void Report()
    {
        OutboxStatus events = outbox.Status;
        states.Set(topics.Diagnostics, DeviceReportJson.ToBytes(new DeviceReport(
            Math.Round(pipeline.CaptureRate, 2),
            Math.Round(pipeline.InferenceRate, 2),
            Rounded(pipeline.InferenceMilliseconds),
            Math.Round(pipeline.FrameAge.TotalMilliseconds),
            Rounded(CpuTemperature.Read()),
            Math.Round(pipeline.Uptime.TotalSeconds),
            events.Queued,
            events.Dropped + events.Expired + events.Refused,
            Rounded(_coprocessor?.FrameMilliseconds),
            _link is { Info: not null } ? Math.Round(_link.RoundTrip.TotalMilliseconds, 1) : null,
            _coprocessor?.CoprocessorFrames,
            _link is { Counters: var counters } ? Errors(counters) : null)));
    }

    private static long Errors(LinkCounters counters) => counters.DamagedFrames + counters.SequenceGaps + counters.Retransmissions + counters.Resets;

    private static double? Rounded(double? value) => value is { } figure ? Math.Round(figure, 1) : null;
}
