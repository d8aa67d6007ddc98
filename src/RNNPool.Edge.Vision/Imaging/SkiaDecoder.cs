using RNNPool.Edge.Vision.Frames;
using SkiaSharp;

namespace RNNPool.Edge.Vision.Imaging;

internal static class SkiaDecoder
{
    public static unsafe Frame Decode(
        ReadOnlySpan<byte> data,
        string name,
        FramePool pool,
        int reduction = 1,
        int neededWidth = 0,
        int neededHeight = 0
    )
    {
        fixed (byte* bytes = data)
        {
            // The codec reads from the caller's memory, which is pinned during its lifetime.
            using SKData source = SKData.Create((nint)bytes, data.Length);
            using SKCodec? codec = SKCodec.Create(source);
            if (codec is null)
                throw new ImageException($"{name}: {Describe(data)}.");
            if (
                codec.EncodedFormat == SKEncodedImageFormat.Jpeg
                && JpegScans.AreExcessive(data, (long)codec.Info.Width * codec.Info.Height)
            )
                throw new ImageException($"{name}: the picture has too many scans ({JpegScans.Count(data)}).");
            return Decode(codec, Origin(codec, data), name, pool, reduction, neededWidth, neededHeight);
        }
    }

    /// <summary>Reads size and orientation without decoding pixels.</summary>
    public static unsafe PictureOrientation ReadOrientation(ReadOnlySpan<byte> data, string name)
    {
        fixed (byte* bytes = data)
        {
            using SKData source = SKData.Create((nint)bytes, data.Length);
            using SKCodec? codec = SKCodec.Create(source);
            return codec is null
                ? throw new ImageException($"{name}: {Describe(data)}.")
                : new PictureOrientation(codec.Info.Width, codec.Info.Height, (int)Origin(codec, data));
        }
    }

    private static SKEncodedOrigin Origin(SKCodec codec, ReadOnlySpan<byte> data) =>
        codec.EncodedOrigin is SKEncodedOrigin.TopLeft ? PngOrientation.Read(data) : codec.EncodedOrigin;

    private static Frame Decode(
        SKCodec codec,
        SKEncodedOrigin origin,
        string name,
        FramePool pool,
        int reduction,
        int neededWidth,
        int neededHeight
    )
    {
        (int width, int height) = (codec.Info.Width, codec.Info.Height);
        if (width < 1 || height < 1)
            throw new ImageException($"{name}: the picture has no pixels ({width}x{height}).");
        if ((long)width * height > FramePool.MaxPixels)
            throw new ImageException(
                $"{name}: the picture has {width}x{height} pixels, "
                    + $"more than the {FramePool.MaxPixels / (1024 * 1024)} megapixels that are accepted."
            );

        if (reduction == 0)
            reduction = Largest(width, height, neededWidth, neededHeight);
        bool shrink = false;
        (int fullWidth, int fullHeight) = (width, height);
        if (reduction > 1)
        {
            // The codec has its own rounding and offers the nearest size that the format can be decoded at.
            SKSizeI reduced = codec.GetScaledDimensions(1f / reduction);
            shrink = (reduced.Width, reduced.Height) == (width, height) && Math.Min(width, height) >= reduction;
            (width, height) = shrink ? (width / reduction, height / reduction) : (reduced.Width, reduced.Height);
        }

        bool gray = codec.Info.ColorType == SKColorType.Gray8;
        PixelFormat format = gray ? PixelFormat.Gray8 : PixelFormat.Rgba32;
        // No colour space: stored pixel values are used unchanged, as in training.
        var info = new SKImageInfo(
            width,
            height,
            gray ? SKColorType.Gray8 : SKColorType.Rgba8888,
            gray ? SKAlphaType.Opaque : SKAlphaType.Unpremul,
            null
        );
        if (shrink)
            PictureMemory.Require(name, fullWidth, fullHeight, info.BytesPerPixel, PictureMemory.Limit);
        else
            PictureMemory.Require(name, width, height, info.BytesPerPixel, PictureMemory.Limit);
        Frame frame = pool.Rent(width, height, format);
        try
        {
            SKCodecResult result = shrink
                ? ReducedPixels.Read(codec, info.WithSize(fullWidth, fullHeight), reduction, frame)
                : ReadPixels(codec, info, frame);
            if (result != SKCodecResult.Success)
                throw new ImageException($"{name}: {Describe(result)}.");
            if (origin is SKEncodedOrigin.TopLeft)
                return frame;
            Frame upright = Orientation.Rotate(frame, origin, pool);
            frame.Dispose();
            return upright;
        }
        catch
        {
            frame.Dispose();
            throw;
        }
    }

    private static int Largest(int width, int height, int neededWidth, int neededHeight)
    {
        if (neededWidth < 1 || neededHeight < 1)
            return 1;
        LetterboxGeometry fit = LetterboxGeometry.Fit(width, height, neededWidth, neededHeight);
        foreach (int divisor in (ReadOnlySpan<int>)[8, 4, 2])
        {
            if (width / divisor >= fit.Width && height / divisor >= fit.Height)
                return divisor;
        }

        return 1;
    }

    private static unsafe SKCodecResult ReadPixels(SKCodec codec, SKImageInfo info, Frame frame)
    {
        fixed (byte* pixels = frame.Data)
            return codec.GetPixels(info, (nint)pixels, frame.Stride, SKCodecOptions.Default);
    }

    private static string Describe(SKCodecResult result) =>
        result switch
        {
            SKCodecResult.IncompleteInput => "the picture is truncated",
            SKCodecResult.ErrorInInput => "the picture's data are damaged",
            _ => $"the picture cannot be decoded ({result})",
        };

    // The library reports no reason. The first bytes distinguish a damaged picture from another file.
    private static string Describe(ReadOnlySpan<byte> data)
    {
        if (data.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8]))
            return "the JPEG header is damaged or truncated";
        if (data.StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'P', (byte)'N', (byte)'G']))
            return "the PNG header is damaged or truncated";
        if (data.StartsWith("RIFF"u8) || data.StartsWith("GIF8"u8) || data.StartsWith("BM"u8))
            return "the picture's header is damaged or truncated";
        return "this is not a picture in a known format (JPEG, PNG, WebP, GIF, BMP)";
    }
}
