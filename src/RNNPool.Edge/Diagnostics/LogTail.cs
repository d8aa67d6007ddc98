namespace RNNPool.Edge.Diagnostics;

/// <summary>One message of the log.</summary>
/// <param name="Number">Its number since the start, from 1.</param>
/// <param name="Time">When it was written (UTC).</param>
/// <param name="Level">The level, in lower case.</param>
/// <param name="Category">Its category.</param>
/// <param name="Message">The message, followed by that of the exception if there is one.</param>
public sealed record LogLine(long Number, DateTime Time, string Level, string Category, string Message);

/// <summary>The last messages of the log in bounded memory, for the page. The log's levels apply. Thread-safe.</summary>
/// <param name="timeProvider">Clock of the messages.</param>
[ProviderAlias("Tail")]
public sealed class LogTail(TimeProvider timeProvider) : ILoggerProvider
{
    /// <summary>Messages that are kept.</summary>
    public const int Capacity = 500;

    /// <summary>Longest message in characters; longer ones are cut.</summary>
    public const int MaxLength = 1000;

    private readonly Lock _lock = new();
    private readonly LogLine[] _ring = new LogLine[Capacity];
    private long _written;

    /// <summary>Number of messages since the start.</summary>
    public long Written => Interlocked.Read(ref _written);

    /// <summary>The newest messages, oldest first.</summary>
    /// <param name="limit">Most messages.</param>
    /// <param name="after">Only messages of a higher number.</param>
    public IReadOnlyList<LogLine> Newest(int limit, long after = 0)
    {
        lock (_lock)
        {
            var count = (int)Math.Min(Math.Min(limit, Capacity), Math.Max(0, _written - Math.Max(after, 0)));
            var lines = new LogLine[count];
            for (int i = 0; i < count; i++)
                lines[i] = _ring[(_written - count + i) % Capacity];
            return lines;
        }
    }

    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) => new TailLogger(this, categoryName);

    /// <inheritdoc/>
    public void Dispose()
    {
        // The messages stay readable while the device stops.
    }

    private void Add(LogLevel level, string category, string message)
    {
        DateTime time = timeProvider.GetUtcNow().UtcDateTime;
        if (message.Length > MaxLength)
            message = string.Concat(message.AsSpan(0, MaxLength - 3), "...");
        lock (_lock)
        {
            _ring[_written % Capacity] = new LogLine(_written + 1, time, level.ToString().ToLowerInvariant(), category, message);
            Interlocked.Increment(ref _written);
        }
    }

    private sealed class TailLogger(LogTail tail, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        )
        {
            string message = formatter(state, exception);
            tail.Add(logLevel, category, exception is null ? message : $"{message} {exception.GetType().Name}: {exception.Message}");
        }
    }
}
