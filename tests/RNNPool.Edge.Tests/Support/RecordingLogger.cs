using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace RNNPool.Edge.Tests.Support;

/// <summary>Keeps the logged events.</summary>
internal sealed class RecordingLogger<T> : ILogger<T>
{
    private readonly ConcurrentQueue<LoggedEvent> _events = new();
    private int _fault;

    /// <summary>The events with their values, in order.</summary>
    public IReadOnlyList<LoggedEvent> Logged => [.. _events];

    /// <summary>Event ids, in order.</summary>
    public IReadOnlyList<int> Events => [.. _events.Select(logged => logged.Id)];

    public IReadOnlyList<string> Lines => [.. _events.Select(logged => logged.Text)];

    public IReadOnlyList<string> Warnings => [.. _events.Where(logged => logged.Level >= LogLevel.Warning).Select(logged => logged.Text)];

    /// <summary>The next event with this id throws once after it is recorded: a fault that the logging code cannot expect.</summary>
    public void ThrowAt(int id) => Volatile.Write(ref _fault, id);

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    /// <summary>The events with an id, in order.</summary>
    public IReadOnlyList<LoggedEvent> WithId(int id) => [.. _events.Where(logged => logged.Id == id)];

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter
    )
    {
        var values = (state as IEnumerable<KeyValuePair<string, object?>>)?.ToDictionary(pair => pair.Key, pair => pair.Value) ?? [];
        _events.Enqueue(new LoggedEvent(logLevel, eventId.Id, formatter(state, exception), values));
        if (eventId.Id != 0 && Interlocked.CompareExchange(ref _fault, 0, eventId.Id) == eventId.Id)
            throw new InvalidOperationException("injected");
    }

    /// <summary>A logger of another category that writes here.</summary>
    public ILogger<TOther> As<TOther>() => new Forward<TOther>(this);

    private sealed class Forward<TOther>(RecordingLogger<T> target) : ILogger<TOther>
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        ) => target.Log(logLevel, eventId, state, exception, formatter);
    }
}

/// <summary>A logged event.</summary>
/// <param name="Level">Its level.</param>
/// <param name="Id">Its event id.</param>
/// <param name="Text">Its text.</param>
/// <param name="Values">Its values, by the names of the template.</param>
internal sealed record LoggedEvent(LogLevel Level, int Id, string Text, IReadOnlyDictionary<string, object?> Values);
