using System.Diagnostics.Metrics;
using RNNPool.Edge.Core;

namespace RNNPool.Edge.Sinks.Notify;

/// <summary>The instruments of notifications, on the device's meter.</summary>
internal static class NotifyMetrics
{
    public static void Register(DeviceMetrics metrics, NotifySink sink)
    {
        metrics.Meter.CreateObservableGauge(
            "rnnpool_edge_notify_waiting",
            () => Measure(sink, status => status.Waiting),
            description: "Notifications that wait to be sent."
        );
        metrics.Meter.CreateObservableCounter(
            "rnnpool_edge_notify_sent_total",
            () => Measure(sink, status => status.Sent),
            description: "Notifications that a receiver has accepted."
        );
        metrics.Meter.CreateObservableCounter(
            "rnnpool_edge_notify_dropped_total",
            () => Measure(sink, status => status.Outbox.Dropped + status.Outbox.Expired + status.Outbox.Refused),
            description: "Notifications that were dropped: too many, too old, or refused."
        );
        metrics.Meter.CreateObservableGauge(
            "rnnpool_edge_notify_failures",
            () => Measure(sink, status => status.Failures),
            description: "Failed attempts to send since the last success."
        );
    }

    private static IEnumerable<Measurement<long>> Measure(NotifySink sink, Func<NotifyStatus, long> read) =>
        sink.Statuses.Select(status => new Measurement<long>(read(status), new KeyValuePair<string, object?>("channel", status.Name)));
}
