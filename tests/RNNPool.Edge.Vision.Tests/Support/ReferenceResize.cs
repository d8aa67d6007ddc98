using RNNPool.Edge.Vision.Frames;
using RNNPool.Edge.Vision.Imaging;

namespace RNNPool.Edge.Vision.Tests.Support;

/// <summary>A resized grey picture by definition, in double precision, one output pixel at a time.</summary>
internal static class ReferenceResize
{
    public static double At(Frame frame, LetterboxGeometry geometry, int x, int y)
    {
        double sum = 0;
        foreach ((int sy, double wy) in Taps(y, geometry.SourceHeight, geometry.Height))
        {
            foreach ((int sx, double wx) in Taps(x, geometry.SourceWidth, geometry.Width))
                sum += wx * wy * ReferenceGray.At(frame, sx, sy);
        }

        return sum;
    }

    private static IEnumerable<(int Position, double Weight)> Taps(int position, int source, int target)
    {
        double scale = (double)source / target;
        if (target < source)
        {
            double from = position * scale,
                to = from + scale;
            for (int i = 0; i < source; i++)
            {
                double overlap = Math.Min(to, i + 1) - Math.Max(from, i);
                if (overlap > 0)
                    yield return (i, overlap / scale);
            }
        }
        else
        {
            double center = ((position + 0.5) * scale) - 0.5,
                low = Math.Floor(center);
            yield return ((int)Math.Clamp(low, 0, source - 1), 1 - (center - low));
            yield return ((int)Math.Clamp(low + 1, 0, source - 1), center - low);
        }
    }
}
