using System.Text.Json;
using Microsoft.Extensions.Options;
using RNNPool.Edge.Core;
using RNNPool.Edge.Core.Reports;

namespace RNNPool.Edge.Sinks.Mqtt;

/// <summary>
/// Publishes the figures of all features at an interval, their topics at the interval and after each change, and their messages at once.
/// </summary>
internal sealed class ReportService(
    IEnumerable<IReportSource> sources,
    MqttLink link,
    RetainedStates states,
    MomentaryMessages messages,
    MqttTopics topics,
    IOptions<MqttOptions> options,
    LoopSupervisor supervisor,
    TimeProvider time
) : BackgroundService
{
    private readonly Lock _lock = new();
    private readonly IReportSource[] _sources = [.. sources];

    /// <inheritdoc/>
    public override void Dispose()
    {
        foreach (IReportSource source in _sources)
        {
            source.Changed -= PublishTopics;
            source.Sent -= Send;
        }

        base.Dispose();
    }

    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken)
    {
        foreach (IReportSource source in _sources)
        {
            source.Changed += PublishTopics;
            source.Sent += Send;
        }

        return supervisor.RunAsync("mqtt-reports", RunAsync, stoppingToken);
    }

    private async Task RunAsync(CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(options.Value.ReportInterval, time);
        do
        {
            states.Set(topics.Diagnostics, Diagnostics());
            PublishTopics();

            // Subscribers of a broker that does not retain messages receive the states with each report.
            if (link.Terms is { Retains: false })
                states.MarkAll();
        } while (await timer.WaitForNextTickAsync(stopping).ConfigureAwait(false));
    }

    private byte[] Diagnostics()
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartObject();
            foreach (ReportFigure figure in _sources.SelectMany(source => source.Figures))
            {
                if (figure.Read() is { } value && double.IsFinite(value))
                    writer.WriteNumber(figure.Field, Math.Round(value, figure.Decimals));
                else
                    writer.WriteNull(figure.Field);
            }

            writer.WriteEndObject();
        }

        return stream.ToArray();
    }

    private void Send(ReportMessage message) => messages.Add(topics.Below(message.Topic), message.Payload);

    private void PublishTopics()
    {
        // Reading and setting are one step, so that an older value never replaces a newer one.
        lock (_lock)
        {
            foreach (ReportTopic topic in _sources.SelectMany(source => source.Topics))
                states.Set(topics.Below(topic.Name), topic.Read());
        }
    }
}
