using System.Globalization;
using RNNPool.Edge.Sinks.Journal;

namespace RNNPool.Edge.Web.Stream;

/// <summary>
/// A place in the sequence of events: the identity of the event before it. It stays valid over restarts of the device while memory or
/// journal holds that event. Before the first event of a run it names the run instead.
/// </summary>
internal readonly record struct EventPosition
{
    private const int MaxLength = 128;
    private const string StartPrefix = "start:";
    private readonly string _text;

    private EventPosition(string text) => _text = text;

    /// <summary>The position after an event.</summary>
    public static EventPosition After(JournalEntry entry) =>
        new(string.Create(CultureInfo.InvariantCulture, $"{entry.Id}:{entry.Type}:{entry.Time}"));

    /// <summary>The position before the first event of a run.</summary>
    /// <param name="run">Identity of the run.</param>
    public static EventPosition Start(string run) => new(StartPrefix + run);

    /// <summary>Parses the text that a subscriber sends; false when it cannot be a position.</summary>
    public static bool TryParse(string? text, out EventPosition position)
    {
        position = new EventPosition(text ?? "");
        return text is { Length: > 0 and <= MaxLength } && text.All(c => char.IsAsciiLetterOrDigit(c) || c is ':' or '-');
    }

    public override string ToString() => _text;
}
