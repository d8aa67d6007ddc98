using RNNPool.Edge.Vision.Frames;
using SkiaSharp;

namespace RNNPool.Edge.Vision.Imaging;

internal static class SkiaEncoder
{
    public static byte[] Encode(Frame frame, ImageEncoding encoding, int quality)
    {
        switch (frame.Format)
        {
            case PixelFormat.Gray8:
                return Encode(frame, SKColorType.Gray8, encoding, quality);
            case PixelFormat.Rgba32:
                return Encode(frame, SKColorType.Rgba8888, encoding, quality);
            case PixelFormat.Bgra32:
                return Encode(frame, SKColorType.Bgra8888, encoding, quality);
            default:
                using (Frame colour = ColorConversion.ToRgba(frame, new FramePool(1)))
                    return Encode(colour, SKColorType.Rgba8888, encoding, quality);
        }
    }

    private static unsafe byte[] Encode(Frame frame, SKColorType colorType, ImageEncoding encoding, int quality)
    {
        fixed (byte* pixels = frame.Data)
        {
            using var pixmap = new SKPixmap(
                new SKImageInfo(frame.Width, frame.Height, colorType, SKAlphaType.Opaque),
                (nint)pixels,
                frame.Stride
            );
            using SKData? data = encoding switch
            {
                ImageEncoding.Jpeg => pixmap.Encode(new SKJpegEncoderOptions(quality)),
                ImageEncoding.Png => pixmap.Encode(SKPngEncoderOptions.Default),
                _ => throw new ArgumentOutOfRangeException(nameof(encoding), encoding, "Unknown encoding."),
            };
            return data?.ToArray()
                ?? throw new ImageException($"A frame of {frame.Width}x{frame.Height} pixels could not be encoded as {encoding}.");
        }
    }
}
