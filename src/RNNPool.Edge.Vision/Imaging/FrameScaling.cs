using RNNPool.Edge.Vision.Frames;

namespace RNNPool.Edge.Vision.Imaging;

/// <summary>Smaller copies of frames, for display.</summary>
public static class FrameScaling
{
    /// <summary>Shrinks a frame by area average, keeping its proportions.</summary>
    /// <param name="source">The frame, in any format.</param>
    /// <param name="maxWidth">Width of the copy in pixels, at least 1; a frame that is not wider keeps its size.</param>
    /// <param name="pool">Provides the copy.</param>
    /// <returns>A copy in <see cref="PixelFormat.Rgba32"/>, which belongs to the caller.</returns>
    public static Frame Shrink(Frame source, int maxWidth, FramePool pool)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(pool);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxWidth, 1);
        Frame colour = ColorConversion.ToRgba(source, pool);
        if (source.Width <= maxWidth)
            return colour;

        using (colour)
        {
            int height = Math.Max(1, (int)Math.Round((double)source.Height * maxWidth / source.Width));
            ResampleTable columns = new(),
                rows = new();
            columns.Compute(source.Width, maxWidth);
            rows.Compute(source.Height, height);
            Frame small = pool.Rent(maxWidth, height, PixelFormat.Rgba32);
            (small.Sequence, small.Time) = (source.Sequence, source.Time);
            var sums = new float[source.Width * 4];
            for (int y = 0; y < height; y++)
            {
                Array.Clear(sums);
                ReadOnlySpan<float> weights = rows.GetWeights(y);
                for (int i = 0; i < weights.Length; i++)
                {
                    // A window at the border may reach beyond it, with weights of 0.
                    if (weights[i] != 0)
                        Accumulate(colour.Data.Slice((rows.Starts[y] + i) * colour.Stride, source.Width * 4), weights[i], sums);
                }

                Gather(sums, columns, small.Data.Slice(y * small.Stride, maxWidth * 4));
            }

            return small;
        }
    }

    private static void Accumulate(ReadOnlySpan<byte> row, float weight, Span<float> sums)
    {
        for (int i = 0; i < row.Length; i++)
            sums[i] += row[i] * weight;
    }

    private static void Gather(ReadOnlySpan<float> sums, ResampleTable columns, Span<byte> target)
    {
        for (int i = 0; i < target.Length; i++)
        {
            ReadOnlySpan<float> weights = columns.Weights.Slice(i / 4 * columns.Taps, columns.Taps);
            float sum = 0.5f;
            for (int tap = 0; tap < weights.Length; tap++)
            {
                if (weights[tap] != 0)
                    sum += sums[((columns.Starts[i / 4] + tap) * 4) + (i % 4)] * weights[tap];
            }

            target[i] = (byte)Math.Clamp(sum, 0, 255);
        }
    }
}
