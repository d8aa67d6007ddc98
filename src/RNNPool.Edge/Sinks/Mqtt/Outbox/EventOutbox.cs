using Microsoft.Extensions.Options;
using RNNPool.Edge.Core;

namespace RNNPool.Edge.Sinks.Mqtt.Outbox;

/// <summary>
/// Events on their way to the broker, in order. Memory holds what waits; the file is a copy for the next run. So a disk that is full or breaks costs
/// only that copy: the outbox says so, goes on, and writes the whole copy anew once the disk works again. Bounded by number and age. Thread-safe.
/// </summary>
internal sealed partial class EventOutbox : IDisposable
{
    /// <summary>Name of the file in the state folder.</summary>
    public const string FileName = "outbox.db";

    /// <summary>How long a disk that failed is left alone.</summary>
    public static readonly TimeSpan DiskRest = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan ReportInterval = TimeSpan.FromSeconds(10);

    private readonly OutboxOptions _options;
    private readonly string? _path;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Lock _lock = new();
    private readonly Queue<OutboxEvent> _waiting = new();
    private readonly WorkSignal _signal;
    private readonly int _maxPages;
    private OutboxFile? _file;
    private string? _failure;
    private long _failedAt;
    private long _lastNumber;
    private long _published;
    private long _dropped;
    private long _expired;
    private long _refused;
    private long _droppedReported;
    private long _expiredReported;
    private long _reportedAt;
    private bool _disposed;

    /// <summary>Takes up what an earlier run has left.</summary>
    /// <param name="options">Limits, and whether there is a file.</param>
    /// <param name="folder">Where the file is.</param>
    /// <param name="signal">Set when an event is put in.</param>
    /// <param name="time">Clock of the age of events.</param>
    /// <param name="logger">Where losses are told.</param>
    /// <param name="maxPages">Most pages of the file, of 4 KiB each; one more and it counts as full.</param>
    public EventOutbox(
        IOptions<MqttOptions> options,
        StateFolder folder,
        WorkSignal signal,
        TimeProvider time,
        ILogger<EventOutbox> logger,
        int maxPages = OutboxFile.DefaultMaxPages
    )
    {
        (_options, _signal, _time, _logger, _maxPages) = (options.Value.Outbox, signal, time, logger, maxPages);
        if (!_options.Persist)
            return;
        if (folder.Failure is { } unusable)
        {
            // The folder has told it already.
            _failure = unusable;
            return;
        }

        _path = folder.File(FileName);
        try
        {
            _file = Open(_path);
            foreach (OutboxEvent left in _file.Read())
                _waiting.Enqueue(left);
            _lastNumber = Math.Max(_file.LastNumber(), _waiting.Count == 0 ? 0 : _waiting.Last().Number);
            if (_waiting.Count > 0)
                LogFound(logger, _waiting.Count, _path);
            Trim();
        }
        catch (Exception exception) when (StateDatabase.IsFailure(exception))
        {
            DiskFailed(exception);
        }
    }

    public OutboxStatus Status
    {
        get
        {
            lock (_lock)
            {
                return new OutboxStatus(
                    _waiting.Count,
                    _waiting.TryPeek(out OutboxEvent? oldest) ? oldest.Time.UtcDateTime : null,
                    _file is not null,
                    _failure,
                    _published,
                    _dropped,
                    _expired,
                    _refused
                );
            }
        }
    }

    /// <summary>Puts an event in; the oldest make room when there are too many. Never throws for want of a disk.</summary>
    public void Append(byte[] payload)
    {
        lock (_lock)
        {
            var fresh = new OutboxEvent(++_lastNumber, _time.GetUtcNow(), payload);
            _waiting.Enqueue(fresh);
            if (!TryRecover())
                OnDisk(file => file.Append(fresh));
            Trim();
        }

        _signal.Set();
    }

    /// <summary>The event that is next; null when none waits.</summary>
    public OutboxEvent? Peek()
    {
        lock (_lock)
        {
            Trim();
            return _waiting.TryPeek(out OutboxEvent? next) ? next : null;
        }
    }

    /// <summary>The broker has acknowledged an event.</summary>
    public void Published(OutboxEvent done) => Remove(done, ref _published);

    /// <summary>The broker does not take an event, and will not.</summary>
    public void Refused(OutboxEvent done, string reason)
    {
        LogRefused(_logger, reason);
        Remove(done, ref _refused);
    }

    public void Dispose()
    {
        lock (_lock)
        {
            if (_disposed)
                return;
            _disposed = true;
            ReportDrops(final: true);
            _file?.Dispose();
            _file = null;
        }
    }

    private OutboxFile Open(string path)
    {
        OutboxFile file = OutboxFile.Open(path, _maxPages, out string? putAside);
        if (putAside is not null)
            LogPutAside(_logger, path, putAside);
        return file;
    }

    private void Remove(OutboxEvent done, ref long counter)
    {
        lock (_lock)
        {
            // Gone already when it was dropped while it was under way.
            if (_waiting.TryPeek(out OutboxEvent? next) && next.Number == done.Number)
                _waiting.Dequeue();
            counter++;
            if (!TryRecover())
                OnDisk(file => file.RemoveThrough(done.Number));
        }
    }

    private void Trim()
    {
        DateTimeOffset oldest = _time.GetUtcNow() - _options.MaxAge;
        long last = 0;
        while (_waiting.TryPeek(out OutboxEvent? next))
        {
            if (_waiting.Count > _options.MaxEvents)
                _dropped++;
            else if (next.Time < oldest)
                _expired++;
            else
                break;
            last = _waiting.Dequeue().Number;
        }

        if (last == 0)
            return;
        OnDisk(file => file.RemoveThrough(last));
        ReportDrops(final: false);
    }

    private void OnDisk(Action<OutboxFile> action)
    {
        if (_file is null)
            return;
        try
        {
            action(_file);
        }
        catch (Exception exception) when (StateDatabase.IsFailure(exception))
        {
            DiskFailed(exception);
        }
    }

    private void DiskFailed(Exception exception)
    {
        _file?.Dispose();
        _file = null;
        _failedAt = _time.GetTimestamp();
        string reason = StateDatabase.Describe(exception, _path!);
        if (_failure is null)
            LogMemoryOnly(_logger, reason);
        _failure = reason;
    }

    /// <summary>Tries a disk that failed some time ago again; true when the file now holds everything that waits.</summary>
    private bool TryRecover()
    {
        if (_path is null || _file is not null || _disposed || _time.GetElapsedTime(_failedAt) < DiskRest)
            return false;
        OutboxFile? file = null;
        try
        {
            file = Open(_path);
            file.Replace(_waiting);
            (_file, _failure) = (file, null);
            LogDiskAgain(_logger, _path, _waiting.Count);
            return true;
        }
        catch (Exception exception) when (StateDatabase.IsFailure(exception))
        {
            file?.Dispose();
            DiskFailed(exception);
            return false;
        }
    }

    private void ReportDrops(bool final)
    {
        (long full, long expired) = (_dropped - _droppedReported, _expired - _expiredReported);
        if (full + expired == 0 || (!final && _reportedAt != 0 && _time.GetElapsedTime(_reportedAt) < ReportInterval))
            return;
        (_droppedReported, _expiredReported, _reportedAt) = (_dropped, _expired, _time.GetTimestamp());
        LogDropped(_logger, full, _options.MaxEvents, expired, _options.MaxAge, _dropped + _expired);
    }
}
