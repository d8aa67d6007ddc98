using RNNPool.Edge.Vision.Frames;
using SkiaSharp;

namespace RNNPool.Edge.Vision.Imaging;

/// <summary>
/// Turns frames into small JPEGs for people, again and again, in buffers that it keeps. Colours are converted by whole rows and the picture
/// is shrunk by the codec library, so that a preview costs little next to the detector. Not thread-safe.
/// </summary>
public sealed class PreviewEncoder
{
    private byte[] _colour = [];
    private byte[] _small = [];

    /// <summary>Encodes a frame, no wider than <paramref name="maxWidth"/>, with its proportions kept.</summary>
    /// <param name="frame">The frame, in any format.</param>
    /// <param name="maxWidth">Maximum width in pixels, at least 1; a narrower frame keeps its size.</param>
    /// <param name="quality">Quality of the JPEG, 1 to 100.</param>
    /// <returns>The bytes of a JPEG file.</returns>
    /// <exception cref="ImageException">The codec failed.</exception>
    public unsafe byte[] Encode(Frame frame, int maxWidth, int quality)
    {
        ArgumentNullException.ThrowIfNull(frame);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxWidth, 1);
        ReadOnlySpan<byte> data = Source(frame, out SKColorType type, out int stride);
        fixed (byte* pixels = data)
        {
            using var whole = new SKPixmap(new SKImageInfo(frame.Width, frame.Height, type, SKAlphaType.Opaque), (nint)pixels, stride);
            if (frame.Width <= maxWidth)
                return Encode(whole, quality);
            var info = new SKImageInfo(
                maxWidth,
                Math.Max(1, (int)Math.Round((double)frame.Height * maxWidth / frame.Width)),
                type,
                SKAlphaType.Opaque
            );
            if (_small.Length < info.BytesSize)
                _small = new byte[info.BytesSize];
            fixed (byte* target = _small)
            {
                using var small = new SKPixmap(info, (nint)target, info.RowBytes);
                if (!whole.ScalePixels(small, new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear)))
                    throw Refused(frame);
                return Encode(small, quality);
            }
        }
    }

    private static byte[] Encode(SKPixmap pixmap, int quality)
    {
        using SKData? data = pixmap.Encode(new SKJpegEncoderOptions(quality));
        return data?.ToArray()
            ?? throw new ImageException($"A picture of {pixmap.Width}x{pixmap.Height} pixels could not be encoded as a JPEG.");
    }

    private ReadOnlySpan<byte> Source(Frame frame, out SKColorType type, out int stride)
    {
        stride = frame.Stride;
        switch (frame.Format)
        {
            case PixelFormat.Gray8:
                type = SKColorType.Gray8;
                return frame.Data;
            case PixelFormat.Rgba32:
                type = SKColorType.Rgba8888;
                return frame.Data;
            case PixelFormat.Bgra32:
                type = SKColorType.Bgra8888;
                return frame.Data;
            default:
                (type, stride) = (SKColorType.Rgba8888, frame.Width * 4);
                return Convert(frame);
        }
    }

    private ReadOnlySpan<byte> Convert(Frame frame)
    {
        int row = frame.Width * 4;
        if (_colour.Length < row * frame.Height)
            _colour = new byte[row * frame.Height];
        for (int y = 0; y < frame.Height; y++)
            ColorConversion.Row(frame, y, _colour.AsSpan(y * row, row));
        return _colour.AsSpan(0, row * frame.Height);
    }

    private static ImageException Refused(Frame frame) => new($"A frame of {frame.Width}x{frame.Height} pixels could not be shrunk.");
}
