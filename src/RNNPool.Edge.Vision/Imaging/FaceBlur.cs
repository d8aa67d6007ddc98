using RNNPool.Edge.Vision.Frames;
using RNNPool.Edge.Vision.Geometry;

namespace RNNPool.Edge.Vision.Imaging;

/// <summary>
/// Makes a face unrecognizable: every area is replaced by a few squares of its average colour, whose number does not depend on the size of
/// the face, so that no detail of a large face is left.
/// </summary>
public static class FaceBlur
{
    /// <summary>Squares along the longer side of an area.</summary>
    public const int Squares = 6;

    /// <summary>Part of a box by which the area exceeds it on each side: boxes of faces often end at the chin and the brow.</summary>
    private const float Margin = 0.15f;

    /// <summary>Blurs an area of a picture.</summary>
    /// <param name="canvas">The picture in <see cref="PixelFormat.Rgba32"/>.</param>
    /// <param name="face">Box of the face in pixels; it may exceed the picture.</param>
    public static void Apply(Frame canvas, in BoundingBox face)
    {
        ArgumentNullException.ThrowIfNull(canvas);
        if (canvas.Format != PixelFormat.Rgba32)
            throw new ArgumentException($"The format is {canvas.Format}; it must be {PixelFormat.Rgba32}.", nameof(canvas));
        int left = Limit(face.X - (face.Width * Margin), canvas.Width),
            top = Limit(face.Y - (face.Height * Margin), canvas.Height),
            right = Limit(MathF.Ceiling(face.Right + (face.Width * Margin)), canvas.Width),
            bottom = Limit(MathF.Ceiling(face.Bottom + (face.Height * Margin)), canvas.Height);
        int side = Math.Max(1, (Math.Max(right - left, bottom - top) + Squares - 1) / Squares);
        for (int y = top; y < bottom; y += side)
        {
            for (int x = left; x < right; x += side)
                Average(canvas, x, y, Math.Min(x + side, right), Math.Min(y + side, bottom));
        }
    }

    private static int Limit(float value, int length) => (int)Math.Clamp(value, 0, length);

    private static void Average(Frame canvas, int left, int top, int right, int bottom)
    {
        long red = 0,
            green = 0,
            blue = 0;
        for (int y = top; y < bottom; y++)
        {
            ReadOnlySpan<byte> row = canvas.Data.Slice((y * canvas.Stride) + (left * 4), (right - left) * 4);
            for (int x = 0; x < row.Length; x += 4)
            {
                red += row[x];
                green += row[x + 1];
                blue += row[x + 2];
            }
        }

        int count = (right - left) * (bottom - top);
        (byte r, byte g, byte b) = ((byte)(red / count), (byte)(green / count), (byte)(blue / count));
        for (int y = top; y < bottom; y++)
        {
            Span<byte> row = canvas.Data.Slice((y * canvas.Stride) + (left * 4), (right - left) * 4);
            for (int x = 0; x < row.Length; x += 4)
                (row[x], row[x + 1], row[x + 2]) = (r, g, b);
        }
    }
}
