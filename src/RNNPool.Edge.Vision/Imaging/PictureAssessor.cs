using System.Runtime.InteropServices;
using RNNPool.Edge.Vision.Frames;

namespace RNNPool.Edge.Vision.Imaging;

/// <summary>A reason why a camera shows nothing useful.</summary>
public enum PictureFault
{
    /// <summary>The picture is usable.</summary>
    None,

    /// <summary>Nearly all pixels are black.</summary>
    Dark,

    /// <summary>The picture has almost no contrast, as with a covered lens.</summary>
    Covered,

    /// <summary>The picture has contrast but no edges.</summary>
    Blurred,

    /// <summary>The picture does not change at all, not even by the noise of the sensor.</summary>
    Frozen,
}

/// <summary>
/// Finds pictures in which nothing can be detected: from the histograms of brightness and of differences between neighbours in some rows.
/// The limits are far from those of usable pictures. Allocates nothing after the first picture. Not thread-safe.
/// </summary>
public sealed class PictureAssessor
{
    private const int SampledRows = 64;
    private const int DarkLevel = 32; // of 255; one pixel in a hundred may be brighter
    private const int CoveredRange = 16; // levels between the darkest and the brightest hundredth
    private const double BlurredShare = 0.06; // of the range: steepest difference between pixels of a picture of 320 columns
    private const int ReferenceColumns = 320;

    private readonly int[] _levels = new int[256];
    private readonly int[] _steps = new int[256];
    private byte[] _row = [];
    private ulong _hash;

    /// <summary>Assesses a frame, and compares it with the previous one.</summary>
    /// <param name="frame">The frame, in any format.</param>
    /// <returns>The fault; <see cref="PictureFault.Frozen"/> when the sampled rows equal those of the previous frame.</returns>
    public PictureFault Assess(Frame frame)
    {
        ArgumentNullException.ThrowIfNull(frame);
        if (_row.Length < frame.Width)
            _row = new byte[frame.Width];
        Array.Clear(_levels);
        Array.Clear(_steps);
        Span<byte> row = _row.AsSpan(0, frame.Width);
        int rows = Math.Min(SampledRows, frame.Height),
            distance = Math.Max(1, frame.Width / ReferenceColumns);
        ulong hash = 14695981039346656037;
        for (int i = 0; i < rows; i++)
        {
            int y = ((2 * i) + 1) * frame.Height / (2 * rows);
            GrayConversion.ConvertRow(frame.Data[(y * frame.Stride)..], frame.Format, row);
            for (int x = 0; x < row.Length; x++)
                _levels[row[x]]++;
            for (int x = distance; x < row.Length; x++)
                _steps[Math.Abs(row[x] - row[x - distance])]++;
            hash = Hash(hash, row);
        }

        bool same = hash == _hash;
        _hash = hash;
        PictureFault fault = Judge(rows * row.Length, rows * Math.Max(0, row.Length - distance));
        return fault == PictureFault.None && same ? PictureFault.Frozen : fault;
    }

    private PictureFault Judge(int pixels, int pairs)
    {
        int bright = Percentile(_levels, pixels, 0.99),
            range = bright - Percentile(_levels, pixels, 0.01);
        if (bright < DarkLevel)
            return PictureFault.Dark;
        if (range < CoveredRange)
            return PictureFault.Covered;
        return Percentile(_steps, pairs, 0.999) < BlurredShare * range ? PictureFault.Blurred : PictureFault.None;
    }

    private static int Percentile(ReadOnlySpan<int> histogram, int total, double share)
    {
        long wanted = (long)(total * share);
        for (int level = 0; level < histogram.Length; level++)
        {
            wanted -= histogram[level];
            if (wanted < 0)
                return level;
        }

        return histogram.Length - 1;
    }

    // FNV-1a over words of eight bytes: equal rows, equal hash.
    private static ulong Hash(ulong hash, ReadOnlySpan<byte> row)
    {
        foreach (ulong word in MemoryMarshal.Cast<byte, ulong>(row))
            hash = (hash ^ word) * 1099511628211;
        return hash;
    }
}
