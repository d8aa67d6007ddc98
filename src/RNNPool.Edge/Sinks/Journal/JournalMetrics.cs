using RNNPool.Edge.Core;

namespace RNNPool.Edge.Sinks.Journal;

/// <summary>The metrics of the journal.</summary>
internal static class JournalMetrics
{
    public static void Register(DeviceMetrics metrics, EventJournal journal, Func<long> bytes)
    {
        metrics.Meter.CreateObservableCounter(
            "rnnpool_edge_journal_events_total",
            () => journal.Written,
            null,
            "Events stored in the journal."
        );
        metrics.Meter.CreateObservableCounter(
            "rnnpool_edge_journal_lost_events_total",
            () => journal.Lost,
            null,
            "Events that the journal could not store."
        );
        metrics.Meter.CreateObservableGauge("rnnpool_edge_journal_bytes", bytes, null, "Size of the journal in bytes.");
    }
}
