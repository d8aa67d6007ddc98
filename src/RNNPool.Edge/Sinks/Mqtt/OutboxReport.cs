using RNNPool.Edge.Core.Reports;
using RNNPool.Edge.Sinks.Outbox;

namespace RNNPool.Edge.Sinks.Mqtt;

/// <summary>Publishes the numbers of waiting and dropped events.</summary>
internal sealed class OutboxReport(EventOutbox outbox) : IReportSource
{
    /// <inheritdoc/>
    public IReadOnlyList<ReportFigure> Figures { get; } =
    [
        new("outboxQueued", () => outbox.Status.Queued) { Entity = new FigureEntity("waiting_events", "Waiting events") },
        new("outboxDropped", () => Dropped(outbox.Status))
        {
            Entity = new FigureEntity("dropped_events", "Dropped events", IsCounter: true),
        },
    ];

    private static double Dropped(OutboxStatus status) => status.Dropped + status.Expired + status.Refused;
}
