using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;
using RNNPool.Edge.Cli;
using RNNPool.Edge.Core;

namespace RNNPool.Edge.Host;

/// <summary>
/// Writes messages for a person at a terminal: local time and message, and the level of those that report a problem. JSON at the end of a
/// message is left out.
/// </summary>
internal sealed class BriefLogFormatter(TimeProvider time) : ConsoleFormatter(FormatterName)
{
    /// <summary>Name by which the console finds this class.</summary>
    public const string FormatterName = "brief";

    private const string Template = "{OriginalFormat}";

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        ArgumentNullException.ThrowIfNull(textWriter);
        string message = logEntry.Formatter(logEntry.State, logEntry.Exception);
        if (logEntry.State is IReadOnlyList<KeyValuePair<string, object?>> values)
            message = WithoutJson(message, values);
        if (logEntry.Exception is { } exception)
            message = Terminal.Debug ? $"{message}\n{exception}" : $"{message} ({exception.GetType().Name}: {exception.Message})";
        string clock = time.GetLocalNow().ToString("HH:mm:ss", CultureInfo.InvariantCulture);
        (string word, string colour) = logEntry.LogLevel switch
        {
            LogLevel.Critical or LogLevel.Error => ("error: ", "\u001b[31m"),
            LogLevel.Warning => ("warning: ", "\u001b[33m"),
            _ => ("", ""),
        };
        textWriter.Write(clock);
        textWriter.Write("  ");
        bool coloured = StartTerminal.HasColour && word.Length > 0;
        textWriter.Write(coloured ? $"{colour}{word}\u001b[39m" : word);
        textWriter.WriteLine(message);
    }

    private static string WithoutJson(string message, IReadOnlyList<KeyValuePair<string, object?>> values)
    {
        KeyValuePair<string, object?> last = values.LastOrDefault(pair => pair.Key != Template);
        return last.Value is string json && json.StartsWith('{') && message.EndsWith(json, StringComparison.Ordinal)
            ? message[..^json.Length].TrimEnd(' ', ':')
            : message;
    }
}
