using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace RNNPool.Edge.Vision.Tests.Support;

/// <summary>Keeps what is logged.</summary>
internal sealed class CollectingLogger : ILoggerFactory, ILogger
{
    public ConcurrentQueue<(LogLevel Level, int Id, string Text)> Lines { get; } = new();

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider) { }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter
    ) => Lines.Enqueue((logLevel, eventId.Id, formatter(state, exception)));

    public void Dispose() { }
}
