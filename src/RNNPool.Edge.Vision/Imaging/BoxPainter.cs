using System.Globalization;
using RNNPool.Edge.Vision.Frames;
using RNNPool.Edge.Vision.Geometry;

namespace RNNPool.Edge.Vision.Imaging;

/// <summary>Draws detections on pictures: a box, and above it the label with its score in percent.</summary>
public static class BoxPainter
{
    private static readonly (byte R, byte G, byte B)[] Palette =
    [
        (46, 204, 64),
        (255, 133, 27),
        (0, 163, 224),
        (240, 18, 190),
        (255, 220, 0),
        (177, 13, 201),
        (255, 65, 54),
        (57, 204, 204),
    ];

    /// <summary>Returns the frame as an encoded picture with the detections drawn on it; the frame itself is not changed.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="detections">The detections, in pixels of the frame.</param>
    /// <param name="labels">Names of the labels.</param>
    /// <param name="encoding">The file format.</param>
    /// <param name="quality">Quality of a JPEG, 1 to 100.</param>
    /// <exception cref="ImageException">The codec failed.</exception>
    public static byte[] Encode(
        Frame frame,
        ReadOnlySpan<Detection> detections,
        IReadOnlyList<string> labels,
        ImageEncoding encoding,
        int quality = 90
    )
    {
        ArgumentNullException.ThrowIfNull(frame);
        ArgumentNullException.ThrowIfNull(labels);
        using Frame canvas = ColorConversion.ToRgba(frame, new FramePool(1));
        int thickness = Math.Max(1, (int)MathF.Round(Math.Max(frame.Width, frame.Height) / 400f));

        // The best on top.
        for (int i = detections.Length - 1; i >= 0; i--)
            Draw(canvas, detections[i], labels, thickness);
        return ImageCodec.Encode(canvas, encoding, quality);
    }

    private static void Draw(Frame canvas, in Detection detection, IReadOnlyList<string> labels, int thickness)
    {
        (byte R, byte G, byte B) colour = Palette[detection.Label % Palette.Length];
        BoundingBox box = detection.Box;
        int left = (int)MathF.Round(box.X),
            top = (int)MathF.Round(box.Y),
            right = (int)MathF.Round(box.Right),
            bottom = (int)MathF.Round(box.Bottom);
        Fill(canvas, left, top, right, top + thickness, colour);
        Fill(canvas, left, bottom - thickness, right, bottom, colour);
        Fill(canvas, left, top, left + thickness, bottom, colour);
        Fill(canvas, right - thickness, top, right, bottom, colour);

        string label = detection.Label < labels.Count ? labels[detection.Label] : "?";
        string text = string.Create(CultureInfo.InvariantCulture, $"{label} {MathF.Round(detection.Score * 100)}%");
        int scale = Math.Max(1, thickness),
            height = (PixelFont.Height + 2) * scale,
            width = ((text.Length * PixelFont.Advance) + 1) * scale;
        int y = top - height >= 0 ? top - height : Math.Min(top, canvas.Height - height);
        int x = Math.Clamp(left, 0, Math.Max(0, canvas.Width - width));
        Fill(canvas, x, y, x + width, y + height, colour);
        for (int i = 0; i < text.Length; i++)
            DrawGlyph(canvas, text[i], x + (((i * PixelFont.Advance) + 1) * scale), y + scale, scale);
    }

    private static void DrawGlyph(Frame canvas, char character, int x, int y, int scale)
    {
        ReadOnlySpan<byte> rows = PixelFont.Rows(character);
        for (int row = 0; row < rows.Length; row++)
        {
            for (int column = 0; column < PixelFont.Width; column++)
            {
                if ((rows[row] >> (PixelFont.Width - 1 - column) & 1) == 0)
                    continue;
                Fill(canvas, x + (column * scale), y + (row * scale), x + ((column + 1) * scale), y + ((row + 1) * scale), (0, 0, 0));
            }
        }
    }

    private static void Fill(Frame canvas, int left, int top, int right, int bottom, (byte R, byte G, byte B) colour)
    {
        (left, right) = (Math.Clamp(left, 0, canvas.Width), Math.Clamp(right, 0, canvas.Width));
        (top, bottom) = (Math.Clamp(top, 0, canvas.Height), Math.Clamp(bottom, 0, canvas.Height));
        for (int y = top; y < bottom; y++)
        {
            Span<byte> row = canvas.Data.Slice(y * canvas.Stride, canvas.Width * 4);
            for (int x = left; x < right; x++)
                (row[4 * x], row[(4 * x) + 1], row[(4 * x) + 2]) = colour;
        }
    }
}
