using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;
using RNNPool.Edge.Core;
using RNNPool.Edge.Events;
using RNNPool.Edge.Pipeline.Control;
using RNNPool.Edge.Vision.Presence;

namespace RNNPool.Edge.Sinks.Journal;

/// <summary>
/// Keeps events in the state folder. They are committed together, at most <see cref="CommitDelay"/> after the first of them, so that even a
/// process that is killed has lost no more than that. Whatever happens to the disk stops the journal, never the device: it is tried again
/// with growing delays, and a damaged database is set aside for a new one. Thread-safe.
/// </summary>
public sealed partial class EventJournal : IEventSink, IHealthSource, IDisposable
{
    /// <summary>Longest time that an event waits to be committed.</summary>
    public static readonly TimeSpan CommitDelay = TimeSpan.FromSeconds(0.5);

    private const int BatchLength = 128;
    private const int MaxPending = 1024;

    private static readonly TimeSpan PruneInterval = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan CloseTime = TimeSpan.FromMilliseconds(500);

    // The outer lock is held while the disk works, the inner one never.
    private readonly Lock _disk = new();
    private readonly Lock _queue = new();
    private readonly List<(JournalEntry Entry, byte[]? Thumbnail)> _pending = [];
    private readonly StateFolder _folder;
    private readonly IOptionsMonitor<JournalOptions> _options;
    private readonly DeviceControls? _thumbnails;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger<EventJournal> _logger;
    private readonly Backoff _backoff = new(TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(5));
    private readonly ITimer _commit;
    private JournalDatabase? _database;
    private long _retryAt;
    private long _pruneAt;
    private long _written;
    private long _lost;
    private long _lostBefore;
    private long _bytes;
    private bool _closed;
    private volatile string? _failure;

    /// <summary>Opens nothing yet.</summary>
    public EventJournal(
        StateFolder folder,
        IOptionsMonitor<JournalOptions> options,
        DeviceMetrics metrics,
        TimeProvider timeProvider,
        ILogger<EventJournal> logger,
        DeviceControls? thumbnails = null
    )
    {
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentNullException.ThrowIfNull(metrics);
        ArgumentNullException.ThrowIfNull(timeProvider);
        (_folder, _options, _timeProvider, _logger, _thumbnails) = (folder, options, timeProvider, logger, thumbnails);
        Path = System.IO.Path.Combine(folder.Path, JournalReader.FileName);
        _commit = timeProvider.CreateTimer(
            static journal => ((EventJournal)journal!).Commit(),
            this,
            Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan
        );
        metrics.Meter.CreateObservableCounter(
            "rnnpool_edge_journal_events_total",
            () => Interlocked.Read(ref _written),
            null,
            "Events kept in the journal."
        );
        metrics.Meter.CreateObservableCounter(
            "rnnpool_edge_journal_lost_events_total",
            () => Interlocked.Read(ref _lost),
            null,
            "Events that the journal could not keep."
        );
        metrics.Meter.CreateObservableGauge(
            "rnnpool_edge_journal_bytes",
            () => Interlocked.Read(ref _bytes),
            null,
            "Size of the journal in bytes."
        );
    }

    /// <inheritdoc cref="IEventSink.Name"/>
    public string Name => "journal";

    /// <summary>The database.</summary>
    public string Path { get; }

    /// <summary>Events kept since the start.</summary>
    public long Written => Interlocked.Read(ref _written);

    /// <summary>Events that could not be kept since the start.</summary>
    public long Lost => Interlocked.Read(ref _lost);

    /// <summary>Always null: the device does its work without a journal.</summary>
    public string? Failure => null;

    /// <summary>Why the journal is stopped; null while it is not.</summary>
    public string? Degradation => _failure is { } failure ? $"The journal is stopped: {failure}" : null;

    /// <inheritdoc/>
    public ValueTask OpenAsync(CancellationToken cancellationToken)
    {
        // The folder itself has said in the log why it cannot be used.
        if (_folder.Failure is { } failure)
            _failure = failure;
        else
            lock (_disk)
                EnsureOpen();
        return default;
    }

    /// <inheritdoc/>
    public async ValueTask DeliverAsync(DeviceEvent deviceEvent, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(deviceEvent);
        byte[]? thumbnail = await ThumbnailAsync(deviceEvent.Message, cancellationToken).ConfigureAwait(false);
        int waiting;
        lock (_queue)
        {
            _pending.Add((JournalEntry.From(deviceEvent.Message), thumbnail));
            if (_pending.Count > MaxPending)
            {
                _pending.RemoveAt(0);
                Interlocked.Increment(ref _lost);
            }

            waiting = _pending.Count;
        }

        if (waiting == 1)
            _commit.Change(CommitDelay, Timeout.InfiniteTimeSpan);
        else if (waiting >= BatchLength && _failure is null)
            Commit();
    }

    /// <summary>Commits what waits. Does nothing while the journal is stopped and not to be tried again yet.</summary>
    public void Commit()
    {
        lock (_disk)
            CommitWithDisk();
    }

    /// <inheritdoc/>
    public ValueTask CloseAsync(CancellationToken cancellationToken)
    {
        Dispose();
        return default;
    }

    /// <summary>Commits what waits and closes the database.</summary>
    public void Dispose()
    {
        // A disk that hangs holds the lock; the stop of the device does not wait for it.
        if (!_disk.TryEnter(CloseTime))
            return;
        try
        {
            CommitWithDisk();
            _closed = true;
            _commit.Dispose();
            CloseDatabase();
        }
        finally
        {
            _disk.Exit();
        }
    }

    private void CommitWithDisk()
    {
        if (_closed || !_folder.IsUsable)
            return;
        List<(JournalEntry Entry, byte[]? Thumbnail)> batch;
        lock (_queue)
            batch = [.. _pending];
        if (!EnsureOpen())
            return;
        try
        {
            _database!.Insert(batch);
            lock (_queue)
                _pending.RemoveRange(0, Math.Min(batch.Count, _pending.Count));
            Interlocked.Add(ref _written, batch.Count);
            if (_failure is not null)
                Resume();
            Prune();
            lock (_queue)
                if (_pending.Count > 0)
                    _commit.Change(CommitDelay, Timeout.InfiniteTimeSpan);
        }
        catch (SqliteException exception)
        {
            Fail(exception);
        }
    }

    private void Resume()
    {
        LogResumed(Lost - _lostBefore);
        (_failure, _lostBefore) = (null, Lost);
        _backoff.Reset();
    }

    private void Prune()
    {
        long now = _timeProvider.GetTimestamp();
        if (now < _pruneAt)
            return;
        _pruneAt = now + (long)(PruneInterval.TotalSeconds * _timeProvider.TimestampFrequency);
        JournalOptions options = _options.CurrentValue;
        int pruned = _database!.Prune(_timeProvider.GetUtcNow() - options.MaxAge, options.MaxSize * 1048576L);
        if (pruned > 0)
            LogPruned(pruned);
        Interlocked.Exchange(ref _bytes, _database.Bytes);
    }

    private bool EnsureOpen()
    {
        if (_database is not null)
            return true;
        if (_closed)
            return false;
        TimeSpan early = TimeSpan.FromSeconds((_retryAt - _timeProvider.GetTimestamp()) / (double)_timeProvider.TimestampFrequency);
        if (early > TimeSpan.Zero)
        {
            // An event may have set the timer to before the retry, and a timer may ring a little early: it must ring again.
            _commit.Change(TimeSpan.FromMilliseconds(Math.Ceiling(early.TotalMilliseconds)), Timeout.InfiniteTimeSpan);
            return false;
        }

        try
        {
            _database = JournalDatabase.Open(Path);
            Prune();
            return true;
        }
        catch (Exception exception) when (StateDatabase.IsFailure(exception))
        {
            Fail(exception);
            return _database is not null;
        }
    }

    private void Fail(Exception exception)
    {
        CloseDatabase();
        if (StateDatabase.IsDamage(exception) && TryReplaceDamaged(exception))
            return;
        TimeSpan delay = _backoff.Next();
        _retryAt = _timeProvider.GetTimestamp() + (long)(delay.TotalSeconds * _timeProvider.TimestampFrequency);
        string reason = StateDatabase.Describe(exception, Path);
        if (_failure is null)
            _lostBefore = Lost;
        if (_failure != reason)
            LogStopped(reason, delay.TotalSeconds);
        _failure = reason;
        _commit.Change(delay, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Puts a damaged database aside and creates an empty one.</summary>
    private bool TryReplaceDamaged(Exception damage)
    {
        try
        {
            string aside = StateDatabase.PutAside(Path);
            _database = JournalDatabase.Open(Path);
            LogSetAside(damage.Message, aside);
            _commit.Change(CommitDelay, Timeout.InfiniteTimeSpan);
            return true;
        }
        catch (Exception exception) when (StateDatabase.IsFailure(exception))
        {
            return false;
        }
    }

    private void CloseDatabase()
    {
        try
        {
            _database?.Dispose();
        }
        catch (SqliteException)
        {
            // The last checkpoint did not fit on the disk; the log is taken up at the next start.
        }

        _database = null;
    }

    private async ValueTask<byte[]?> ThumbnailAsync(EventMessage message, CancellationToken cancellationToken)
    {
        JournalOptions options = _options.CurrentValue;
        if (_thumbnails is null || !options.Thumbnails || message.Type != PresenceEventKind.New)
            return null;
        try
        {
            return await _thumbnails.SnapshotAsync(options.ThumbnailWidth, cancellationToken).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // The event is kept, with a picture or without.
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            LogNoThumbnail(exception.Message);
            return null;
        }
    }
}
