namespace RNNPool.Edge.Sinks.Journal;

/// <summary>Searches a file for the first bytes of a JPEG picture (FF D8 FF: start of image and of the first marker).</summary>
internal static class JpegScan
{
    private static ReadOnlySpan<byte> Start => [0xFF, 0xD8, 0xFF];

    /// <summary>Whether the file may contain a picture.</summary>
    public static bool ContainsPicture(string path)
    {
        using FileStream file = File.OpenRead(path);
        byte[] buffer = new byte[64 * 1024];
        int kept = 0;
        while (file.Read(buffer, kept, buffer.Length - kept) is > 0 and var count)
        {
            ReadOnlySpan<byte> window = buffer.AsSpan(0, kept + count);
            if (window.IndexOf(Start) >= 0)
                return true;

            // A marker may cross the end of the buffer.
            kept = Math.Min(2, window.Length);
            window[^kept..].CopyTo(buffer);
        }

        return false;
    }
}
