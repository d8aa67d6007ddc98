namespace RNNPool.Edge.Vision.Cameras.Jpeg;

/// <summary>
/// Finds the picture in a buffer of motion JPEG, which may begin and end with padding, may be truncated, and may have stray bytes between
/// its segments.
/// </summary>
internal static class JpegFrame
{
    private const byte Start = 0xD8; // SOI
    private const byte End = 0xD9; // EOI
    private const byte Scan = 0xDA; // SOS
    private const int MaxPadding = 64;

    /// <summary>The picture from its start marker to its end marker; empty when it is damaged or truncated.</summary>
    public static ReadOnlySpan<byte> Find(ReadOnlySpan<byte> data)
    {
        data = FindStart(data);
        int at = 2;
        while (at + 1 < data.Length)
        {
            // As libjpeg does, skips bytes between segments that belong to none.
            if (data[at] != 0xFF || data[at + 1] == 0)
            {
                at++;
                continue;
            }

            byte marker = data[at + 1];
            if (marker == 0xFF)
            {
                at++;
            }
            else if (marker == End)
            {
                return data[..(at + 2)];
            }
            else if (IsAlone(marker))
            {
                at += 2;
            }
            else
            {
                if (at + 4 > data.Length)
                    return default;
                int length = (data[at + 2] << 8) | data[at + 3];
                if (length < 2)
                    return default;
                at += 2 + length;
                if (marker == Scan)
                    at = SkipScan(data, at);
            }
        }

        return default;
    }

    /// <summary>The bytes from the start marker on; empty when there is none near the start.</summary>
    public static ReadOnlySpan<byte> FindStart(ReadOnlySpan<byte> data)
    {
        int start = data[..Math.Min(data.Length, MaxPadding)].IndexOf([(byte)0xFF, Start]);
        return start < 0 ? default : data[start..];
    }

    // Within a scan a real 0xFF is followed by 0, and restart markers stand between its pieces.
    private static int SkipScan(ReadOnlySpan<byte> data, int at)
    {
        while (at < data.Length)
        {
            int next = data[at..].IndexOf((byte)0xFF);
            if (next < 0)
                return data.Length;
            at += next;
            if (at + 1 >= data.Length)
                return data.Length;
            byte marker = data[at + 1];
            if (marker != 0 && !IsAlone(marker) && marker != 0xFF)
                return at;
            at += marker == 0xFF ? 1 : 2;
        }

        return at;
    }

    // Restart markers and TEM have no length.
    private static bool IsAlone(byte marker) => marker is (>= 0xD0 and <= 0xD7) or 0x01;
}
