using RNNPool.Edge.Core;
using RNNPool.Edge.Events;
using RNNPool.Edge.Pipeline.Pictures;
using RNNPool.Edge.Vision.Presence;

namespace RNNPool.Edge.Sinks.Journal;

/// <summary>
/// Stores events in the state folder. Events are committed together, at most <see cref="CommitDelay"/> after the first of them, so that a
/// process that is killed loses no more than that. A failure of the disk stops the journal, never the device. Thread-safe.
/// </summary>
internal sealed partial class EventJournal : IEventSink, IHealthSource, IImageHolder, IPresencePictureUser, IDisposable
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
    private readonly PendingPictures _pictures;
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
        ILogger<EventJournal> logger
    )
    {
        _folder = folder;
        _images = images;
        _loops = loops;
        _logger = logger;
        _pictures = new PendingPictures(options);
        _drops = new DropReport(timeProvider, logger);
        Path = System.IO.Path.Combine(folder.Path, JournalReader.FileName);
        _store = new JournalStore(Path, options, images, timeProvider, clock, logger);
        _commit = timeProvider.CreateTimer(
            static due => ((WorkSignal)due!).Set(),
            _due,
            Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan
        );
        _maintenance = timeProvider.CreateTimer(static due => ((WorkSignal)due!).Set(), _due, MaintenanceInterval, MaintenanceInterval);
        images.Changed += OnImagesChanged;
        JournalMetrics.Register(metrics, this, () => _store.Bytes);
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
    string IImageHolder.HolderName => "journal pictures";

    /// <inheritdoc/>
    bool IImageHolder.HoldsImages => _store.HoldsImages || _pictures.HoldsImages;

    /// <inheritdoc/>
    bool IPresencePictureUser.WantsPictures => _pictures.AreWanted;

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
    public ValueTask DeliverAsync(PresenceEvent presenceEvent, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(presenceEvent);
        int waiting = _pending.Add(JournalEntry.From(presenceEvent));
        _drops.Report(Lost);
        if (waiting == 1)
            _commit.Change(CommitDelay, Timeout.InfiniteTimeSpan);
        else if (waiting >= BatchLength && _store.Failure is null)
            Commit();
        return default;
    }

    /// <inheritdoc/>
    void IPresencePictureUser.OnPicture(PresencePicture picture)
    {
        if (!_pictures.Add(picture))
            return;

        // The permission may have been withdrawn after the picture was taken.
        if (_images.Allowed)
            _commit.Change(CommitDelay, Timeout.InfiniteTimeSpan);
        else
            _pictures.Clear();
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
        List<JournalPicture> unmatched = [];
        List<JournalPicture> pictures = _pictures.TakeAll();
        List<JournalEntry> batch = _pending.TakeAll();
        bool written = false;
        try
        {
            if (!_images.Allowed)
                pictures.Clear();
            written = _store.TryWrite(batch, pictures, unmatched);
        }
        finally
        {
            if (!written)
            {
                _pending.Return(batch);
                _pictures.Return(pictures);
            }
        }

        if (!written)
        {
            if (!wasStopped)
                _droppedBeforeFailure = Lost;
            ScheduleRetry();
            return;
        }

        // The event of a picture may still be in the queue of the sink.
        if (_pictures.Retry(unmatched))
            _commit.Change(CommitDelay, Timeout.InfiniteTimeSpan);
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
        _pictures.Clear();
        _due.Set();
    }
}
