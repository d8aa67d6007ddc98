namespace RNNPool.Edge.Parts.Oled;

/// <summary>Draws the two pictures of the display.</summary>
internal static class OledPicture
{
    private const int Pitch = 9;
    private const int LinesUnderCount = 4;
    private const int FirstLine = OledPanel.Rows - PixelFont.Height - 1 - ((LinesUnderCount - 1) * Pitch);
    private const int CountScale = 3,
        PresenceScale = 2;
    private const int Gap = 4;

    /// <summary>Draws the count or the presence, the state with its reason, and the address.</summary>
    public static void DrawState(PixelCanvas canvas, in DisplayContent content)
    {
        canvas.Clear();
        const int lineLength = OledPanel.Columns / PixelCanvas.CharacterWidth;
        if (content.IsCounted)
            DrawCount(canvas, content);
        else
            DrawPresence(canvas, content, lineLength);

        List<string> address = DisplayText.Wrap(content.Address, lineLength, 2);
        List<string> lines = [content.StateText];
        lines.AddRange(DisplayText.Wrap(content.Reason ?? "", lineLength, LinesUnderCount - 1 - address.Count));
        for (int i = 0; i < lines.Count; i++)
            canvas.Draw(lines[i], 0, FirstLine + (i * Pitch));
        for (int i = 0; i < address.Count; i++)
            canvas.Draw(address[i], 0, FirstLine + ((LinesUnderCount - address.Count + i) * Pitch));
    }

    private static void DrawCount(PixelCanvas canvas, in DisplayContent content)
    {
        string count = content.Count.ToString(System.Globalization.CultureInfo.InvariantCulture);
        int x = canvas.Draw(count, 0, 0, CountScale);
        canvas.Draw(DisplayText.ToAscii(content.Noun), x + Gap, PixelFont.Height * (CountScale - 1));
    }

    private static void DrawPresence(PixelCanvas canvas, in DisplayContent content, int lineLength)
    {
        foreach (string label in DisplayText.Wrap(content.Noun, lineLength, 1))
            canvas.Draw(label, 0, 0);
        canvas.Draw(content.PresenceText, 0, PixelFont.Height + 1, PresenceScale);
    }

    /// <summary>Draws the QR code of the address, and the address beside it.</summary>
    /// <returns>False when the address is too long for a code of this size.</returns>
    public static bool TryDrawQrCode(PixelCanvas canvas, in DisplayContent content)
    {
        canvas.Clear();
        if (content.Page is not { } page || !PageQrCode.TryDraw(canvas, page))
            return false;
        const int left = PageQrCode.Side + Gap;
        const int lineLength = (OledPanel.Columns - left) / PixelCanvas.CharacterWidth;
        string[] lines = ["Scan, or", "open", .. DisplayText.Wrap(content.Address, lineLength, 5)];
        for (int i = 0; i < lines.Length; i++)
            canvas.Draw(lines[i], left, i * Pitch);
        return true;
    }
}
