using RNNPool.Edge.Core;
using RNNPool.Edge.Events;
using RNNPool.Edge.Pipeline;
using RNNPool.Edge.Vision.Presence;

namespace RNNPool.Edge.Sinks.Journal;

/// <summary>
/// Stores events in the state folder. Events are committed together, at most <see cref="CommitDelay"/> after the first of them, so that a
/// process that is killed loses no more than that. A failure of the disk stops the journal, never the device. Thread-safe.
/// </summary>
internal sealed partial class EventJournal : IEventSink, IHealthSource, IImageHolder, IDisposable
{
    /// <summary>Longest time that an event waits to be committed.</summary>
    public static readonly TimeSpan CommitDelay = TimeSpan.FromSeconds(0.5);

    private const int BatchLength = 128;
    private const int MaxPending = 1024;

    private static readonly TimeSpan MaintenanceInterval = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan CloseTime = TimeSpan.FromMilliseconds(500);

    // Held while the disk works. The lock of the queue is never held while the disk works.
    private readonly Lock _disk = new();
    private readonly PendingEntries _pending = new(MaxPending);
    private readonly WorkSignal _due = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly StateFolder _folder;
    private readonly ImagePolicy _images;
    private readonly EventThumbnails _thumbnails;
    private readonly DropReport _drops;
    private readonly LoopSupervisor _loops;
    private readonly ILogger<EventJournal> _logger;
    private readonly JournalStore _store;
    private readonly ITimer _commit;
    private readonly ITimer _maintenance;
    private long _written;
    private long _droppedBeforeFailure;
    private bool _started;
    private bool _closed;

    /// <summary>Creates the journal; nothing is opened yet.</summary>
    public EventJournal(
        StateFolder folder,
        ILive<JournalOptions> options,
        ImagePolicy images,
        LoopSupervisor loops,
        DeviceMetrics metrics,
        TimeProvider timeProvider,
        ClockTrust clock,
        ILogger<EventJournal> logger,
        CameraSnapshots? snapshots = null
    )
    {
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(metrics);
        ArgumentNullException.ThrowIfNull(timeProvider);
        _folder = folder;
        _images = images;
        _loops = loops;
        _logger = logger;
        _thumbnails = new EventThumbnails(options, snapshots, logger);
        _drops = new DropReport(timeProvider, logger);
        Path = System.IO.Path.Combine(folder.Path, JournalReader.FileName);
        _store = new JournalStore(Path, options, images, timeProvider, clock, logger);
        _commit = timeProvider.CreateTimer(Signal, _due, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _maintenance = timeProvider.CreateTimer(Signal, _due, MaintenanceInterval, MaintenanceInterval);
        images.Changed += OnImagesChanged;
        metrics.Meter.CreateObservableCounter("rnnpool_edge_journal_events_total", () => Written, null, "Events stored in the journal.");
        metrics.Meter.CreateObservableCounter(
            "rnnpool_edge_journal_lost_events_total",
            () => Lost,
            null,
            "Events that the journal could not store."
        );
        metrics.Meter.CreateObservableGauge("rnnpool_edge_journal_bytes", () => _store.Bytes, null, "Size of the journal in bytes.");
    }

    /// <inheritdoc cref="IEventSink.Name"/>
    public string Name => "journal";

    /// <summary>Path of the database.</summary>
    public string Path { get; }

    /// <summary>Events stored since the start.</summary>
    public long Written => Interlocked.Read(ref _written);

    /// <summary>Events lost since the start.</summary>
    public long Lost => _pending.Dropped;

    /// <summary>Always null: the device works without a journal.</summary>
    public string? Failure => null;

    /// <summary>Why the journal is stopped; null while it is not.</summary>
    public string? Degradation => _store.Failure is { } failure ? $"The journal is stopped: {failure}" : null;

    /// <inheritdoc/>
    string IImageHolder.HolderName => "journal thumbnails";

    /// <inheritdoc/>
    bool IImageHolder.HoldsImages => _store.HoldsImages || _pending.HoldsImages;

    /// <inheritdoc/>
    public ValueTask OpenAsync(CancellationToken cancellationToken)
    {
        if (_folder.Failure is { } failure)
        {
            // The folder has already logged why it cannot be used.
            _store.FailPermanently(failure);
            return default;
        }

        lock (_disk)
        {
            if (!_closed && !_store.TryOpen())
                ScheduleRetry();
        }

        if (!_started)
            _ = Task.Run(() => _loops.RunAsync(Name, RunAsync, _stop.Token), CancellationToken.None);
        _started = true;
        return default;
    }

    /// <inheritdoc/>
    public async ValueTask DeliverAsync(PresenceEvent presenceEvent, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(presenceEvent);
        byte[]? thumbnail = await _thumbnails.TakeAsync(presenceEvent, cancellationToken).ConfigureAwait(false);
        int waiting = _pending.Add(new PendingEntry(JournalEntry.From(presenceEvent), thumbnail));

        // The permission may have been withdrawn after the picture was taken.
        if (thumbnail is not null && !_images.Allowed)
            _pending.DropThumbnails();
        _drops.Report(Lost);
        if (waiting == 1)
            _commit.Change(CommitDelay, Timeout.InfiniteTimeSpan);
        else if (waiting >= BatchLength && _store.Failure is null)
            Commit();
    }

    /// <summary>Commits the waiting events. Does nothing while the journal is stopped and a retry is not due yet.</summary>
    public void Commit()
    {
        lock (_disk)
            CommitLocked();
    }

    /// <inheritdoc/>
    public ValueTask CloseAsync(CancellationToken cancellationToken)
    {
        Dispose();
        return default;
    }

    /// <summary>Commits the waiting events and closes the database.</summary>
    public void Dispose()
    {
        // A disk that hangs holds the lock; the stop of the device does not wait for it.
        if (!_disk.TryEnter(CloseTime))
            return;
        try
        {
            if (_closed)
                return;
            CommitLocked();
            _closed = true;
            _images.Changed -= OnImagesChanged;
            _commit.Dispose();
            _maintenance.Dispose();
            _store.Close();
            _stop.Cancel();
            _stop.Dispose();
        }
        finally
        {
            _disk.Exit();
        }
    }

    private static void Signal(object? signal) => ((WorkSignal)signal!).Set();

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await _due.WaitAsync(cancellationToken).ConfigureAwait(false);
            Commit();
        }
    }

    private void CommitLocked()
    {
        if (_closed || !_folder.IsUsable)
            return;
        if (!_store.TryOpen())
        {
            ScheduleRetry();
            return;
        }

        bool wasStopped = _store.Failure is not null;
        List<PendingEntry> batch = _pending.TakeAll();
        bool written = false;
        try
        {
            if (!_images.Allowed)
                batch = [.. batch.Select(pending => pending with { Thumbnail = null })];
            written = _store.TryWrite(batch);
        }
        finally
        {
            if (!written)
                _pending.Return(batch);
        }

        if (!written)
        {
            if (!wasStopped)
                _droppedBeforeFailure = Lost;
            ScheduleRetry();
            return;
        }

        Interlocked.Add(ref _written, batch.Count);
        if (!wasStopped)
            return;
        LogResumed(Lost - _droppedBeforeFailure);
        _droppedBeforeFailure = Lost;
    }

    // A timer may fire slightly before the retry is due, so that it is then set again.
    private void ScheduleRetry()
    {
        TimeSpan delay = _store.RetryIn;
        if (delay < CommitDelay)
            delay = CommitDelay;
        _commit.Change(TimeSpan.FromMilliseconds(Math.Ceiling(delay.TotalMilliseconds)), Timeout.InfiniteTimeSpan);
    }

    private void OnImagesChanged(bool allowed)
    {
        if (allowed)
            return;
        _pending.DropThumbnails();
        _due.Set();
    }
}
