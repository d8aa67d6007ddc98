using System.Buffers.Binary;

namespace RNNPool.Edge.Vision.Imaging;

/// <summary>
/// Bounds the work of decoding a JPEG. Every scan of a progressive picture passes over all of its pixels, so that a small file with
/// thousands of scans occupies a decoder for minutes. Pictures of cameras and programs have about ten.
/// </summary>
internal static class JpegScans
{
    /// <summary>Most scans.</summary>
    public const int MaxScans = 100;

    /// <summary>Most pixels, counted once for each scan.</summary>
    public const long MaxWork = 1L << 30;

    private const byte StartOfScan = 0xDA,
        EndOfImage = 0xD9;

    /// <summary>Whether a picture has too many scans for its size.</summary>
    /// <param name="data">The file.</param>
    /// <param name="pixels">Number of its pixels.</param>
    public static bool AreExcessive(ReadOnlySpan<byte> data, long pixels)
    {
        int scans = Count(data);
        return scans > MaxScans || (scans > 1 && scans * pixels > MaxWork);
    }

    /// <summary>Counts the scans.</summary>
    public static int Count(ReadOnlySpan<byte> data)
    {
        int scans = 0;
        while (data.IndexOf((byte)0xFF) is var found and >= 0)
        {
            data = data[found..].TrimStart((byte)0xFF);
            if (data.IsEmpty || data[0] == EndOfImage)
                break;
            byte marker = data[0];
            data = data[1..];

            // Stuffed bytes of a scan, and markers without a segment.
            if (marker is 0x00 or 0x01 or (>= 0xD0 and <= 0xD8))
                continue;
            if (marker == StartOfScan)
                scans++;
            if (data.Length < 2)
                break;
            data = data[Math.Min(data.Length, (int)BinaryPrimitives.ReadUInt16BigEndian(data))..];
        }

        return scans;
    }
}
