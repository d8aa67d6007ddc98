using System.Globalization;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace RNNPool.Edge.Cli.Watch;

/// <summary>Styles and pieces of the lines on the screen.</summary>
internal static class LineText
{
    private const int LabelWidth = 13;

    public static readonly Style Plain = Style.Plain,
        Faint = new(decoration: Decoration.Dim),
        Good = new(Color.Green),
        Warn = new(Color.Yellow),
        Bad = new(Color.Red);
    public static readonly Style Here = new(Color.Green, decoration: Decoration.Bold),
        Strong = new(decoration: Decoration.Bold);

    /// <summary>A line that begins with a label.</summary>
    public static List<Segment> Part(string label, params Segment[] rest) =>
        [Span(("  " + label).PadRight(2 + LabelWidth), Faint), .. rest];

    /// <summary>Text of one style; control characters become question marks.</summary>
    public static Segment Span(string text, Style style) => new(string.Concat(text.Select(c => char.IsControl(c) ? '?' : c)), style);

    /// <summary>A number with one decimal.</summary>
    public static string Number(double value) => value.ToString("0.0", CultureInfo.InvariantCulture);

    /// <summary>A duration in its two largest units.</summary>
    public static string Duration(TimeSpan span) =>
        span switch
        {
            { TotalSeconds: < 60 } => $"{Math.Max(0, (int)span.TotalSeconds)} s",
            { TotalMinutes: < 60 } => $"{span.Minutes} min {span.Seconds} s",
            { TotalHours: < 24 } => $"{span.Hours} h {span.Minutes} min",
            _ => $"{(int)span.TotalDays} d {span.Hours} h",
        };

    /// <summary>The text, shortened with an ellipsis if it does not fit.</summary>
    public static List<Segment> Cut(List<Segment> line, int width)
    {
        if (line.Sum(segment => segment.CellCount()) <= width)
            return line;
        var cut = new List<Segment>();
        int left = width - 1;
        foreach (Segment segment in line)
        {
            if (segment.CellCount() <= left)
            {
                cut.Add(segment);
                left -= segment.CellCount();
                continue;
            }

            if (left > 0 && Segment.Truncate(segment, left) is { } part)
                cut.Add(part);
            break;
        }

        if (width > 0)
            cut.Add(new Segment("…", Faint));
        return cut;
    }
}
