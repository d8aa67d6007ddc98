using RNNPool.Edge.Core;

namespace RNNPool.Edge.Sinks.Outbox;

/// <summary>
/// The queue of events for a receiver, bounded by number and age. The queue is in memory; the disk holds a copy for the next run.
/// Thread-safe.
/// </summary>
internal sealed partial class EventOutbox : IDisposable
{
    /// <summary>How often the stored times are compared with the clock while no event comes or goes.</summary>
    public static readonly TimeSpan ClockInterval = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan ReportInterval = TimeSpan.FromSeconds(10);

    private readonly OutboxOptions _options;
    private readonly OutboxPlace _place;
    private readonly WorkSignal _signal;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Lock _lock = new();
    private readonly Queue<WaitingEvent> _waiting = new();
    private readonly EventAges _ages;
    private readonly OutboxDisk _disk;
    private readonly ITimer _clockTimer;
    private long _lastNumber;
    private long _published;
    private long _dropped;
    private long _expired;
    private long _refused;
    private long _droppedReported;
    private long _expiredReported;
    private long _reportedAt;
    private bool _disposed;

    /// <summary>Loads the events of an earlier run.</summary>
    /// <param name="options">Limits, and whether there is a file.</param>
    /// <param name="place">The file, and the receiver.</param>
    /// <param name="folder">Folder of the file.</param>
    /// <param name="signal">Set when an event is added.</param>
    /// <param name="time">Clock of the ages.</param>
    /// <param name="clock">Whether the time between two runs is trusted.</param>
    /// <param name="logger">For losses.</param>
    /// <param name="maxPages">Most pages of the file, of 4 KiB each.</param>
    public EventOutbox(
        OutboxOptions options,
        OutboxPlace place,
        StateFolder folder,
        WorkSignal signal,
        TimeProvider time,
        ClockTrust clock,
        ILogger<EventOutbox> logger,
        int maxPages = OutboxFile.DefaultMaxPages
    )
    {
        _options = options;
        _place = place;
        _signal = signal;
        _time = time;
        _logger = logger;
        _ages = new EventAges(time, clock);
        string? failure = _options.Persist ? folder.Failure : null;
        string? path = _options.Persist && failure is null ? folder.File(place.FileName) : null;
        _disk = new OutboxDisk(path, place.Peer, failure, maxPages, time, logger);
        foreach (OutboxEvent left in _disk.Load(out _lastNumber))
            _waiting.Enqueue(_ages.Restore(left));
        Trim();
        _clockTimer = time.CreateTimer(static state => ((EventOutbox)state!).FollowClock(), this, ClockInterval, ClockInterval);
    }

    /// <summary>State of the outbox.</summary>
    public OutboxStatus Status
    {
        get
        {
            lock (_lock)
            {
                DateTime? oldest = _waiting.TryPeek(out WaitingEvent first) ? first.Event.Time.UtcDateTime : null;
                return new OutboxStatus(_waiting.Count, oldest, _disk.IsOpen, _disk.Failure, _published, _dropped, _expired, _refused);
            }
        }
    }

    /// <summary>Adds an event; the oldest ones are dropped if there are too many. A failure of the disk does not throw.</summary>
    public void Append(byte[] payload)
    {
        lock (_lock)
        {
            AdjustToClock();
            var added = new OutboxEvent(++_lastNumber, _time.GetUtcNow(), payload);
            _waiting.Enqueue(_ages.Add(added));
            if (!TryRecover())
                _disk.Write(file => file.Append(added));
            Trim();
        }

        _signal.Set();
    }

    /// <summary>The next event; null when none waits.</summary>
    public OutboxEvent? Peek()
    {
        lock (_lock)
        {
            AdjustToClock();
            Trim();
            return _waiting.TryPeek(out WaitingEvent next) ? next.Event : null;
        }
    }

    /// <summary>The receiver has acknowledged an event.</summary>
    public void MarkPublished(OutboxEvent done) => Remove(done, ref _published);

    /// <summary>The receiver refuses an event permanently.</summary>
    public void MarkRefused(OutboxEvent done, string reason)
    {
        LogRefused(_logger, reason);
        Remove(done, ref _refused);
    }

    public void Dispose()
    {
        _clockTimer.Dispose();
        lock (_lock)
        {
            if (_disposed)
                return;
            AdjustToClock();
            _disposed = true;
            ReportDrops(final: true);
            _disk.Dispose();
        }
    }

    private void FollowClock()
    {
        lock (_lock)
        {
            if (!_disposed)
                AdjustToClock();
        }
    }

    private void Remove(OutboxEvent done, ref long counter)
    {
        lock (_lock)
        {
            // The event may have been dropped while it was being published.
            if (_waiting.TryPeek(out WaitingEvent next) && next.Event.Number == done.Number)
                _waiting.Dequeue();
            counter++;
            if (!TryRecover())
                _disk.Write(file => file.RemoveThrough(done.Number));
        }
    }

    private bool TryRecover() => _disk.IsRecoveryDue && _disk.TryRecover([.. _waiting.Select(waiting => waiting.Event)]);

    // The next run computes ages from the stored times, so these must be times of the clock that is now in force.
    private void AdjustToClock()
    {
        if (!_ages.TryAdjust())
            return;
        WaitingEvent[] all = [.. _waiting];
        _waiting.Clear();
        foreach (WaitingEvent waiting in all)
            _waiting.Enqueue(waiting with { Event = _ages.TimeNow(waiting) });
        if (all.Length > 0)
            _disk.Write(file => file.Replace(_waiting.Select(waiting => waiting.Event)));
    }

    private void Trim()
    {
        long last = 0;
        while (_waiting.TryPeek(out WaitingEvent next))
        {
            if (_waiting.Count > _options.MaxEvents)
                _dropped++;
            else if (_ages.IsExpired(next, _options.MaxAge))
                _expired++;
            else
                break;
            last = _waiting.Dequeue().Event.Number;
        }

        if (last == 0)
            return;
        _disk.Write(file => file.RemoveThrough(last));
        ReportDrops(final: false);
    }

    private void ReportDrops(bool final)
    {
        long full = _dropped - _droppedReported;
        long expired = _expired - _expiredReported;
        if (full + expired == 0)
            return;
        if (!final && _reportedAt != 0 && _time.GetElapsedTime(_reportedAt) < ReportInterval)
            return;
        _droppedReported = _dropped;
        _expiredReported = _expired;
        _reportedAt = _time.GetTimestamp();
        LogDropped(_logger, _place.Peer, full, _options.MaxEvents, _place.Key, expired, _options.MaxAge, _dropped + _expired);
    }
}
