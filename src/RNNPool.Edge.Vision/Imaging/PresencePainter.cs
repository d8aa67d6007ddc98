using RNNPool.Edge.Vision.Frames;
using RNNPool.Edge.Vision.Geometry;

namespace RNNPool.Edge.Vision.Imaging;

/// <summary>
/// Encodes the two pictures of a presence: the whole frame without boxes, and the part that shows the presence. Not thread-safe.
/// </summary>
public sealed class PresencePainter
{
    /// <summary>Widest part, in pixels.</summary>
    public const int MaxCropWidth = 320;

    private const int Quality = 82;

    /// <summary>Part of the box's longer side that the part shows around the box on each side.</summary>
    private const float CropMargin = 0.35f;

    private readonly FramePool _pool = new(2);
    private readonly PreviewEncoder _encoder = new();

    /// <summary>Encodes both pictures as JPEG.</summary>
    /// <param name="frame">The frame; it is not changed.</param>
    /// <param name="box">Box of the presence in pixels of the frame.</param>
    /// <param name="blurred">Areas to blur in both pictures.</param>
    /// <param name="maxWidth">Widest whole picture in pixels, at least 1.</param>
    /// <exception cref="ImageException">The codec failed.</exception>
    public (byte[] Whole, byte[] Crop) Encode(Frame frame, in BoundingBox box, ReadOnlySpan<BoundingBox> blurred, int maxWidth)
    {
        ArgumentNullException.ThrowIfNull(frame);
        using Frame canvas = ColorConversion.ToRgba(frame, _pool);
        foreach (BoundingBox area in blurred)
            FaceBlur.Apply(canvas, area);
        byte[] whole = _encoder.Encode(canvas, maxWidth, Quality);
        using Frame part = Cut(canvas, box);
        return (whole, _encoder.Encode(part, MaxCropWidth, Quality));
    }

    private Frame Cut(Frame canvas, in BoundingBox box)
    {
        float margin = MathF.Max(box.Width, box.Height) * CropMargin;
        int left = (int)Math.Clamp(box.X - margin, 0, canvas.Width - 1),
            top = (int)Math.Clamp(box.Y - margin, 0, canvas.Height - 1);
        int width = (int)Math.Clamp(box.Right + margin - left, 1, canvas.Width - left),
            height = (int)Math.Clamp(box.Bottom + margin - top, 1, canvas.Height - top);
        Frame part = _pool.Rent(width, height, PixelFormat.Rgba32);
        for (int y = 0; y < height; y++)
            canvas.Data.Slice(((top + y) * canvas.Stride) + (left * 4), width * 4).CopyTo(part.Data[(y * part.Stride)..]);
        return part;
    }
}
