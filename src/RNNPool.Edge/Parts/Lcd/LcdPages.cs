namespace RNNPool.Edge.Parts.Lcd;

/// <summary>Distributes the content over pages of a display of characters.</summary>
internal static class LcdPages
{
    /// <summary>Creates the pages; each has one text of exactly <paramref name="columns"/> characters for every row.</summary>
    /// <param name="content">What the display shows.</param>
    /// <param name="columns">Characters in a row.</param>
    /// <param name="rows">Rows: with four, everything fits on one page.</param>
    public static string[][] Create(in DisplayContent content, int columns, int rows)
    {
        List<string> address = DisplayText.Wrap(content.Address, columns, 2);
        string reason = content.Reason ?? "";
        if (rows >= 4)
        {
            string[] page = [content.Summary, content.StateText, .. DisplayText.Wrap(reason, columns, rows - 2 - address.Count)];
            return [Pad([.. page.Concat(Enumerable.Repeat("", rows)).Take(rows - address.Count), .. address], columns, rows)];
        }

        var pages = new List<string[]> { Pad([content.Summary, content.StateText], columns, rows) };
        if (reason.Length > 0)
            pages.Add(Pad(DisplayText.Wrap(reason, columns, rows), columns, rows));
        if (address.Count > 0)
            pages.Add(Pad(address, columns, rows));
        return [.. pages];
    }

    private static string[] Pad(IEnumerable<string> lines, int columns, int rows) =>
        [.. lines.Concat(Enumerable.Repeat("", rows)).Take(rows).Select(line => Fit(line, columns))];

    // The usual character set (ROM A00) has a yen sign and an arrow in place of these two characters.
    private static string Fit(string line, int columns)
    {
        string text = DisplayText.ToAscii(line).Replace('\\', '/').Replace('~', '-');
        return text.Length <= columns ? text.PadRight(columns) : text[..columns];
    }
}
