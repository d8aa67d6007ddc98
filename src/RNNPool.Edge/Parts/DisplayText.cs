namespace RNNPool.Edge.Parts;

/// <summary>Fits texts into the rows of a display that has ASCII characters only.</summary>
internal static class DisplayText
{
    private const char Unknown = '?';
    private const string Cut = "..";

    /// <summary>The text with characters from space to tilde only.</summary>
    public static string ToAscii(string text) => string.Concat(text.Select(c => c is >= ' ' and <= '~' ? c : Unknown));

    /// <summary>Breaks a text between words, and within words that are longer than a row.</summary>
    /// <param name="text">The text.</param>
    /// <param name="columns">Characters in a row.</param>
    /// <param name="rows">Most rows; a text that needs more ends with two points.</param>
    public static List<string> Wrap(string text, int columns, int rows)
    {
        var lines = new List<string>();
        string rest = ToAscii(text).Trim();
        while (rest.Length > 0 && lines.Count < rows)
        {
            if (rest.Length > columns && lines.Count == rows - 1)
            {
                lines.Add(rest[..(columns - Cut.Length)] + Cut);
                break;
            }

            int length = rest.Length <= columns ? rest.Length : rest.LastIndexOf(' ', columns);
            if (length <= 0)
                length = columns;
            lines.Add(rest[..length].TrimEnd());
            rest = rest[length..].TrimStart();
        }

        return lines;
    }
}
