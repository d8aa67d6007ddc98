using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace RNNPool.Edge.Tests.Support;

/// <summary>Keeps what was logged.</summary>
internal sealed class RecordingLogger<T> : ILogger<T>
{
    private readonly ConcurrentQueue<(LogLevel Level, int Event, string Text)> _lines = new();

    /// <summary>Event ids, in order.</summary>
    public IReadOnlyList<int> Events => [.. _lines.Select(line => line.Event)];

    public IReadOnlyList<string> Lines => [.. _lines.Select(line => line.Text)];

    public IReadOnlyList<string> Warnings => [.. _lines.Where(line => line.Level >= LogLevel.Warning).Select(line => line.Text)];

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter
    ) => _lines.Enqueue((logLevel, eventId.Id, formatter(state, exception)));

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
