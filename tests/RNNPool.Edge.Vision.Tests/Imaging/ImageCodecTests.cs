using RNNPool.Edge.Testing;
using RNNPool.Edge.Vision.Frames;
using RNNPool.Edge.Vision.Geometry;
using RNNPool.Edge.Vision.Imaging;
using RNNPool.Edge.Vision.Tests.Support;

namespace RNNPool.Edge.Vision.Tests.Imaging;

public sealed class ImageCodecTests
{
    private readonly FramePool _pool = new();

    [Theory]
    [InlineData(PixelFormat.Gray8)]
    [InlineData(PixelFormat.Rgb24)]
    [InlineData(PixelFormat.Bgr24)]
    [InlineData(PixelFormat.Rgba32)]
    [InlineData(PixelFormat.Bgra32)]
    public void A_PNG_gives_back_what_went_in(PixelFormat format)
    {
        using Frame frame = TestFrames.Random(format, 37, 11, 5, 3);
        if (format is PixelFormat.Rgba32 or PixelFormat.Bgra32)
        {
            for (int i = 3; i < frame.Length; i += 4)
                frame.Data[i] = 255;
        }

        using Frame decoded = ImageCodec.Decode(ImageCodec.Encode(frame, ImageEncoding.Png), "x.png", _pool);
        Assert.Equal(format == PixelFormat.Gray8 ? PixelFormat.Gray8 : PixelFormat.Rgba32, decoded.Format);
        for (int y = 0; y < 11; y++)
        {
            for (int x = 0; x < 37; x++)
                Assert.Equal(ReferenceGray.At(frame, x, y), ReferenceGray.At(decoded, x, y));
        }
    }

    [Theory]
    [InlineData(PixelFormat.Yuyv)]
    [InlineData(PixelFormat.Nv12)]
    [InlineData(PixelFormat.I420)]
    public void YUV_frames_are_encoded_in_colour(PixelFormat format)
    {
        // Y 81, Cb 90, Cr 240 is a strong red.
        using Frame frame = _pool.Rent(9, 7, format);
        if (format == PixelFormat.Yuyv)
        {
            for (int i = 0; i < frame.Length; i++)
                frame.Data[i] = (i % 4) switch
                {
                    1 => 90,
                    3 => 240,
                    _ => 81,
                };
        }
        else
        {
            frame.Data.Fill(81);
            Span<byte> chroma = frame.Data[(9 * 7)..];
            for (int i = 0; i < chroma.Length; i++)
                chroma[i] = (byte)((format == PixelFormat.Nv12 ? i % 2 == 0 : i < chroma.Length / 2) ? 90 : 240);
        }

        using Frame decoded = ImageCodec.Decode(ImageCodec.Encode(frame, ImageEncoding.Png), "x.png", _pool);
        Assert.Equal(PixelFormat.Rgba32, decoded.Format);
        for (int i = 0; i < decoded.Length; i += 4)
            Assert.True(decoded.Data[i] > 225 && decoded.Data[i + 1] < 25 && decoded.Data[i + 2] < 25);
    }

    [Fact]
    public void A_grey_JPEG_is_decoded_to_grey()
    {
        using Frame frame = TestFrames.Gray(64, 48, (x, y) => (byte)((2 * x) + y));
        using Frame decoded = ImageCodec.Decode(ImageCodec.Encode(frame, ImageEncoding.Jpeg, 95), "x.jpg", _pool);
        Assert.Equal((PixelFormat.Gray8, 64, 48), (decoded.Format, decoded.Width, decoded.Height));
        for (int i = 0; i < frame.Length; i++)
            Assert.InRange(decoded.Data[i] - frame.Data[i], -4, 4);
    }

    [Theory]
    [InlineData(1, 32, 16, 0, 0)]
    [InlineData(2, 32, 16, 31, 0)]
    [InlineData(3, 32, 16, 31, 15)]
    [InlineData(4, 32, 16, 0, 15)]
    [InlineData(5, 16, 32, 0, 0)]
    [InlineData(6, 16, 32, 15, 0)]
    [InlineData(7, 16, 32, 15, 31)]
    [InlineData(8, 16, 32, 0, 31)]
    public void EXIF_orientation_is_honoured(int orientation, int width, int height, int whiteX, int whiteY)
    {
        // One 8x8 block at the upper left of the stored picture is white: where is its corner in the upright one?
        using Frame frame = TestFrames.Gray(32, 16, (x, y) => (byte)(x < 8 && y < 8 ? 255 : 0));
        byte[] jpeg = PictureBytes.WithOrientation(ImageCodec.Encode(frame, ImageEncoding.Jpeg, 100), orientation);
        byte[] png = ImageCodec.Encode(frame, ImageEncoding.Png);
        foreach (
            byte[] file in (byte[][])
                [
                    jpeg,
                    PictureBytes.PngWithOrientation(png, orientation, big: true, atEnd: false),
                    PictureBytes.PngWithOrientation(png, orientation, big: false, atEnd: true),
                ]
        )
        {
            AssertUpright(file, orientation, width, height, whiteX, whiteY);
        }
    }

    private void AssertUpright(byte[] file, int orientation, int width, int height, int whiteX, int whiteY)
    {
        using Frame upright = ImageCodec.Decode(file, "x", _pool);
        Assert.Equal((width, height), (upright.Width, upright.Height));
        foreach ((int x, int y) in new[] { (0, 0), (width - 1, 0), (0, height - 1), (width - 1, height - 1) })
        {
            byte expected = (byte)((x, y) == (whiteX, whiteY) ? 255 : 0);
            Assert.InRange(upright.Data[(y * upright.Stride) + x], Math.Max(0, expected - 3), Math.Min(255, expected + 3));
        }

        // A box around the white corner of the stored picture is a box around it in the upright one.
        BoundingBox box = new PictureOrientation(32, 16, orientation).ToUpright(new BoundingBox(0, 0, 8, 4));
        Assert.Equal(width == 32 ? (8, 4) : (4, 8), (box.Width, box.Height));
        Assert.InRange(whiteX + 0.5, box.X, box.Right);
        Assert.InRange(whiteY + 0.5, box.Y, box.Bottom);
    }

    [Fact]
    public void Damaged_EXIF_data_of_a_PNG_are_ignored()
    {
        using Frame frame = TestFrames.Gray(32, 16, (x, y) => (byte)(x * y));
        byte[] png = PictureBytes.PngWithOrientation(ImageCodec.Encode(frame, ImageEncoding.Png), 6, big: true, atEnd: false);
        var random = new Random(5);
        for (int i = 0; i < 500; i++)
        {
            byte[] damaged = [.. png];
            damaged[random.Next(33, 33 + 38)] = (byte)random.Next(256);
            PngOrientation.Read(damaged);
            PngOrientation.Read(damaged.AsSpan(0, random.Next(damaged.Length)));
        }
    }

    [Fact]
    public void Colour_pictures_are_turned_too()
    {
        using Frame frame = TestFrames.Random(PixelFormat.Rgb24, 24, 8, 0, 4);
        using Frame plain = ImageCodec.Decode(ImageCodec.Encode(frame, ImageEncoding.Jpeg, 90), "x.jpg", _pool);
        using Frame turned = ImageCodec.Decode(
            PictureBytes.WithOrientation(ImageCodec.Encode(frame, ImageEncoding.Jpeg, 90), 6),
            "x.jpg",
            _pool
        );
        Assert.Equal((8, 24), (turned.Width, turned.Height));
        for (int y = 0; y < 8; y++)
        {
            for (int x = 0; x < 24; x++)
                Assert.Equal(ReferenceGray.At(plain, x, y), ReferenceGray.At(turned, 7 - y, x));
        }
    }

    [Fact]
    public void Missing_empty_and_foreign_files_are_named_in_one_sentence()
    {
        using var folder = new TemporaryFolder();
        AssertRefused(Path.Combine(folder.Path, "none.jpg"));
        AssertRefused(Path.Combine(folder.Path, "no", "none.jpg"));
        AssertRefused(folder.File("empty.jpg", []));
        AssertRefused(folder.File("text.png", "just text"u8));
        AssertRefused(folder.Path);
    }

    [Fact]
    public void Truncated_and_damaged_pictures_are_refused()
    {
        using Frame frame = TestFrames.Random(PixelFormat.Rgb24, 200, 150, 0, 5);
        foreach (ImageEncoding encoding in Enum.GetValues<ImageEncoding>())
        {
            byte[] whole = ImageCodec.Encode(frame, encoding, 90);
            AssertRefused(whole[..(whole.Length / 2)], "truncated");
            AssertRefused(whole[..12], "truncated");
        }

        byte[] png = ImageCodec.Encode(frame, ImageEncoding.Png);
        png.AsSpan(png.Length / 2, 200).Fill(0x55);
        AssertRefused(png, "x: ");
    }

    [Fact]
    public void Any_change_to_a_file_gives_a_frame_or_one_sentence()
    {
        using Frame frame = TestFrames.Random(PixelFormat.Gray8, 60, 40, 0, 6);
        var random = new Random(7);
        foreach (ImageEncoding encoding in Enum.GetValues<ImageEncoding>())
        {
            byte[] whole = ImageCodec.Encode(frame, encoding, 90);
            for (int i = 0; i < 300; i++)
            {
                byte[] changed = whole[..random.Next(1, whole.Length + 1)];
                for (int j = random.Next(1, 8); j > 0; j--)
                    changed[random.Next(changed.Length)] = (byte)random.Next(256);
                try
                {
                    ImageCodec.Decode(changed, "x", _pool).Dispose();
                }
                catch (ImageException error)
                {
                    Assert.StartsWith("x: ", error.Message, StringComparison.Ordinal);
                }
            }
        }
    }

    [Theory]
    [InlineData(20000, 10000)]
    [InlineData(int.MaxValue, int.MaxValue)]
    [InlineData(0, 100)]
    [InlineData(-1, 100)]
    public void A_PNG_header_of_an_impossible_size_is_refused_before_pixels_are_allocated(int width, int height) =>
        AssertRefusedCheaply(PictureBytes.PngHeader(width, height));

    [Theory]
    [InlineData(20000, 10000)]
    [InlineData(65535, 65535)]
    [InlineData(0, 0)]
    public void A_JPEG_header_of_an_impossible_size_is_refused_before_pixels_are_allocated(int width, int height)
    {
        using Frame frame = TestFrames.Random(PixelFormat.Gray8, 16, 16, 0, 8);
        AssertRefusedCheaply(PictureBytes.JpegClaiming(ImageCodec.Encode(frame, ImageEncoding.Jpeg), width, height));
    }

    [Fact]
    public void A_200_megapixel_header_is_told_apart()
    {
        string message = Assert
            .Throws<ImageException>(() => ImageCodec.Decode(PictureBytes.PngHeader(20000, 10000), "big.png", _pool))
            .Message;
        Sentence.AssertNames(message, "big.png: |20000x10000|64");
    }

    private void AssertRefusedCheaply(byte[] file)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        string message = Assert.Throws<ImageException>(() => ImageCodec.Decode(file, "x", _pool)).Message;
        Assert.StartsWith("x: ", message, StringComparison.Ordinal);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 64 * 1024, "Memory for the pixels was allocated.");
    }

    private void AssertRefused(string path)
    {
        string message = Assert.Throws<ImageException>(() => ImageCodec.Load(path, _pool)).Message;
        Assert.StartsWith(path + ": ", message, StringComparison.Ordinal);
        Assert.EndsWith(".", message, StringComparison.Ordinal);
    }

    private void AssertRefused(byte[] data, string why) =>
        Assert.Contains(why, Assert.Throws<ImageException>(() => ImageCodec.Decode(data, "x", _pool)).Message, StringComparison.Ordinal);
}
