using RNNPool.Edge.Core;

namespace RNNPool.Edge.Sinks.Outbox;

/// <summary>
/// The copy of the outbox on disk, for the next run. A disk that fails costs only this copy: it is logged, and the whole copy is written
/// again when the disk works again. Not thread-safe.
/// </summary>
internal sealed partial class OutboxDisk : IDisposable
{
    /// <summary>Time after a failure before the disk is used again.</summary>
    public static readonly TimeSpan RetryInterval = TimeSpan.FromMinutes(1);

    private readonly string? _path;
    private readonly string _peer;
    private readonly int _maxPages;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private OutboxFile? _file;
    private long _failedAt;
    private bool _disposed;

    /// <summary>Creates the copy; nothing is opened yet.</summary>
    /// <param name="path">The file; null for no copy.</param>
    /// <param name="peer">Receiver of the events, for messages.</param>
    /// <param name="failure">Why there is no file although there should be one; null otherwise.</param>
    /// <param name="maxPages">Most pages of the file, of 4 KiB each.</param>
    /// <param name="time">Clock of the retries.</param>
    /// <param name="logger">For failures.</param>
    public OutboxDisk(string? path, string peer, string? failure, int maxPages, TimeProvider time, ILogger logger)
    {
        _path = path;
        _peer = peer;
        Failure = failure;
        _maxPages = maxPages;
        _time = time;
        _logger = logger;
    }

    /// <summary>Whether the copy is complete.</summary>
    public bool IsOpen => _file is not null;

    /// <summary>Why there is no copy although there should be one; null without a failure.</summary>
    public string? Failure { get; private set; }

    /// <summary>Opens the file and reads the events of an earlier run.</summary>
    /// <param name="lastNumber">The highest number that was ever used.</param>
    public IReadOnlyList<OutboxEvent> Load(out long lastNumber)
    {
        lastNumber = 0;
        if (_path is null)
            return [];
        IReadOnlyList<OutboxEvent> events = [];
        try
        {
            _file = Open(_path);
            events = _file.Read();
            lastNumber = Math.Max(_file.LastNumber(), events.Count == 0 ? 0 : events[^1].Number);
            if (events.Count > 0)
                LogFound(_logger, events.Count, _path, _peer);
        }
        catch (Exception exception) when (StateDatabase.IsFailure(exception))
        {
            Fail(exception);
        }

        return events;
    }

    /// <summary>Changes the copy, or does nothing without one.</summary>
    public void Write(Action<OutboxFile> change)
    {
        if (_file is null)
            return;
        try
        {
            change(_file);
        }
        catch (Exception exception) when (StateDatabase.IsFailure(exception))
        {
            Fail(exception);
        }
    }

    /// <summary>Opens a disk that failed some time ago.</summary>
    /// <param name="events">The events to copy.</param>
    /// <returns>Whether the file now holds all of these events.</returns>
    public bool TryRecover(IReadOnlyCollection<OutboxEvent> events)
    {
        OutboxFile? file = null;
        try
        {
            file = Open(_path!);
            file.Replace(events);
            _file = file;
            Failure = null;
            LogDiskAgain(_logger, _path!, events.Count);
            return true;
        }
        catch (Exception exception) when (StateDatabase.IsFailure(exception))
        {
            file?.Dispose();
            Fail(exception);
            return false;
        }
    }

    /// <summary>Whether <see cref="TryRecover"/> is due.</summary>
    public bool IsRecoveryDue => _path is not null && _file is null && !_disposed && _time.GetElapsedTime(_failedAt) >= RetryInterval;

    public void Dispose()
    {
        _disposed = true;
        _file?.Dispose();
        _file = null;
    }

    private OutboxFile Open(string path)
    {
        OutboxFile file = OutboxFile.Open(path, _maxPages, out string? putAside);
        if (putAside is not null)
            LogPutAside(_logger, path, putAside);
        return file;
    }

    private void Fail(Exception exception)
    {
        _file?.Dispose();
        _file = null;
        _failedAt = _time.GetTimestamp();
        string reason = StateDatabase.Describe(exception, _path!);
        if (Failure is null)
            LogMemoryOnly(_logger, reason);
        Failure = reason;
    }
}
