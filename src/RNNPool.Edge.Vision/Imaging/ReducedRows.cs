using RNNPool.Edge.Vision.Frames;
using SkiaSharp;

namespace RNNPool.Edge.Vision.Imaging;

/// <summary>
/// Reads a picture row by row at a fraction of its size, for formats that the codec only decodes at their full size, such as PNG. Each
/// pixel is the mean of a square, so that the full picture is never in memory.
/// </summary>
internal static class ReducedRows
{
    /// <summary>Reads a picture.</summary>
    /// <param name="codec">A codec that has not decoded yet.</param>
    /// <param name="info">The full size, in the format of the frame.</param>
    /// <param name="reduction">Divisor of width and height.</param>
    /// <param name="pool">Provides the frame.</param>
    /// <param name="name">Name for messages.</param>
    /// <returns>Null when the format cannot be read row by row; the codec can then decode it as a whole.</returns>
    /// <exception cref="ImageException">The picture is damaged.</exception>
    public static unsafe Frame? TryRead(SKCodec codec, SKImageInfo info, int reduction, FramePool pool, string name)
    {
        if (codec.StartScanlineDecode(info) != SKCodecResult.Success || codec.ScanlineOrder != SKCodecScanlineOrder.TopDown)
            return null;
        int samples = info.BytesPerPixel;
        var row = new byte[info.RowBytes];
        Frame frame = pool.Rent(
            info.Width / reduction,
            info.Height / reduction,
            samples == 1 ? PixelFormat.Gray8 : PixelFormat.Rgba32
        );
        var sums = new int[frame.Width * samples];
        try
        {
            for (int y = 0; y < frame.Height; y++)
            {
                Array.Clear(sums);
                for (int i = 0; i < reduction; i++)
                {
                    fixed (byte* line = row)
                    {
                        if (codec.GetScanlines((nint)line, 1, info.RowBytes) != 1)
                            throw new ImageException($"{name}: the picture is truncated or its data are damaged.");
                    }

                    Add(row, sums, samples, reduction);
                }

                Span<byte> target = frame.Data.Slice(y * frame.Stride, sums.Length);
                for (int i = 0; i < sums.Length; i++)
                    target[i] = (byte)(sums[i] / (reduction * reduction));
            }

            return frame;
        }
        catch
        {
            frame.Dispose();
            throw;
        }
    }

    private static void Add(byte[] row, int[] sums, int samples, int reduction)
    {
        int from = 0;
        for (int at = 0; at < sums.Length; at += samples)
        {
            for (int i = 0; i < reduction; i++)
            {
                for (int sample = 0; sample < samples; sample++)
                    sums[at + sample] += row[from++];
            }
        }
    }
}
