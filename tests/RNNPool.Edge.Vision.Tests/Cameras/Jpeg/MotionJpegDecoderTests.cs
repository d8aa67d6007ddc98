using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using RNNPool.Edge.Testing;
using RNNPool.Edge.Vision.Cameras;
using RNNPool.Edge.Vision.Cameras.Jpeg;
using RNNPool.Edge.Vision.Frames;
using RNNPool.Edge.Vision.Imaging;
using RNNPool.Edge.Vision.Tests.Cameras.Processes;
using RNNPool.Edge.Vision.Tests.Support;

namespace RNNPool.Edge.Vision.Tests.Cameras.Jpeg;

public sealed class MotionJpegDecoderTests(MotionJpegDecoderTests.Pictures pictures) : IClassFixture<MotionJpegDecoderTests.Pictures>
{
    private readonly FramePool _pool = new();

    [Theory]
    [InlineData("plain")]
    [InlineData("standard tables")]
    [InlineData("restart markers")]
    [InlineData("grey")]
    public void Sound_pictures_of_every_coding_are_read(string kind)
    {
        MotionJpegDecoder decoder = Create();
        using Frame frame = Assert.IsType<Frame>(decoder.Decode(pictures[kind]));
        using Frame whole = ImageCodec.Decode(pictures[kind], kind, _pool);
        Assert.Equal(whole.Data, frame.Data);
        Assert.Equal(JpegFault.None, new JpegCheck().Check(pictures[kind]));
    }

    [Fact]
    public void A_progressive_picture_is_left_to_the_decoder()
    {
        byte[] progressive = [.. pictures["plain"]];
        progressive[progressive.AsSpan().IndexOf([(byte)0xFF, (byte)0xC0]) + 1] = 0xC2;
        Assert.Equal(JpegFault.Unchecked, new JpegCheck().Check(progressive));
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("standard tables")]
    [InlineData("restart markers")]
    [InlineData("grey")]
    public void Bytes_lost_within_the_scan_are_damage(string kind)
    {
        byte[] whole = pictures[kind];
        var random = new Random(7);
        var passed = new List<int>();
        foreach (int lost in (int[])[24, 64, 512, 3000])
        {
            for (int i = 0; i < 25; i++)
            {
                int at = random.Next(700, whole.Length - lost - 100);
                byte[] hole = [.. whole[..at], .. whole[(at + lost)..]];
                if (Create().Decode(hole) is not null)
                    passed.Add(lost);
            }
        }

        // After a short loss the code may by chance yield as many blocks as were lost.
        Assert.DoesNotContain(passed, lost => lost >= 512);
        Assert.True(passed.Count <= 8, string.Join(' ', passed));
    }

    [Fact]
    public void Changed_bytes_within_the_scan_are_mostly_damage()
    {
        byte[] whole = pictures["plain"];
        var random = new Random(8);
        int passed = 0;
        for (int i = 0; i < 200; i++)
        {
            byte[] changed = [.. whole];
            random.NextBytes(changed.AsSpan(random.Next(700, whole.Length - 200), 100));
            passed += Create().Decode(changed) is null ? 0 : 1;
        }

        Assert.True(passed <= 4, $"{passed} of 200 damaged pictures passed");
    }

    [Fact]
    public void A_picture_that_is_cut_off_is_damage_with_and_without_an_end_marker()
    {
        byte[] half = pictures["plain"][..(pictures["plain"].Length / 2)];
        MotionJpegDecoder decoder = Create();
        Assert.Null(decoder.Decode(half));
        Assert.Null(decoder.Decode([.. half, 0xFF, 0xD9]));
        Assert.Equal(2, decoder.BadFrames);
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("standard tables")]
    [InlineData("restart markers")]
    public void Oddities_that_hide_nothing_are_read(string kind)
    {
        byte[] whole = pictures[kind];
        byte[] open = whole[..^2];
        int second = 4 + ((whole[4] << 8) | whole[5]);
        byte[][] odd =
        [
            open,
            [.. open, .. new byte[4000]],
            [.. open, .. Enumerable.Repeat((byte)0xFF, 100)],
            [.. whole, .. new byte[5000]],
            [0, 0, 0, 0, .. whole],
            [.. whole, 0xFF, 0xD9],
            [.. open, 0xFF, 0xFF, 0xFF, 0xD9],
            [.. open, 0x11, 0x22, 0x33, 0xFF, 0xD9],
            [.. whole[..second], 0, 0, .. whole[second..]],
            [.. whole[..2], 0xFF, 0xFE, 0, 6, 1, 2, 3, 4, .. whole[2..]],
        ];
        using Frame expected = ImageCodec.Decode(whole, kind, _pool);
        for (int i = 0; i < odd.Length; i++)
        {
            using Frame? frame = Create().Decode(odd[i]);
            Assert.True(frame is not null, i.ToString(CultureInfo.InvariantCulture));
            Assert.Equal(expected.Data, frame.Data);
        }
    }

    [Fact]
    public void A_camera_that_ends_every_picture_with_stray_bytes_is_read_after_a_while()
    {
        byte[] odd = [.. pictures["plain"][..^2], .. Enumerable.Range(1, 100).Select(i => (byte)i), 0xFF, 0xD9];
        MotionJpegDecoder decoder = Create();
        for (int i = 1; i < MotionJpegDecoder.MaxBadInARow; i++)
            Assert.Null(decoder.Decode(odd));
        for (int i = 0; i < 5; i++)
            decoder.Decode(odd)!.Dispose();
        Assert.Equal(MotionJpegDecoder.MaxBadInARow - 1, decoder.BadFrames);

        // The same bytes are damage of a camera that has sent sound pictures.
        MotionJpegDecoder other = Create();
        other.Decode(pictures["plain"])!.Dispose();
        for (int i = 1; i < MotionJpegDecoder.MaxBadInARow; i++)
            Assert.Null(other.Decode(odd));
        Assert.Throws<CameraException>(() => other.Decode(odd));
    }

    [Fact]
    public void Random_damage_never_throws()
    {
        var random = new Random(9);
        JpegCheck check = new();
        foreach (string kind in pictures.Kinds)
        {
            for (int i = 0; i < 500; i++)
            {
                byte[] bytes = [.. pictures[kind]];
                for (int j = random.Next(1, 20); j > 0; j--)
                    bytes[random.Next(i % 2 == 0 ? 700 : bytes.Length)] = (byte)random.Next(256);
                check.Check(bytes.AsSpan(0, random.Next(2, bytes.Length)));
                check.Check(bytes);
            }
        }
    }

    [Fact]
    public void The_check_allocates_nothing()
    {
        JpegCheck check = new();
        Assert.Equal(
            0,
            Allocation.Least(() =>
            {
                for (int i = 0; i < 10; i++)
                    check.Check(pictures["plain"]);
            })
        );
    }

    private MotionJpegDecoder Create() =>
        new("camera", new CameraContext(TimeProvider.System, NullLoggerFactory.Instance, _pool)) { Reduction = 1 };

    public sealed class Pictures : IDisposable
    {
        private readonly TemporaryFolder _folder = new();
        private readonly Dictionary<string, byte[]> _pictures = [];

        public Pictures()
        {
            string source = RepositoryPath.Of("samples", "pictures", "astronaut.jpg");
            _pictures["plain"] = File.ReadAllBytes(source);
            _pictures["standard tables"] = Encode(source, "-pix_fmt", "yuvj422p", "-huffman", "default");
            _pictures["restart markers"] = Encode(source, "-pix_fmt", "yuvj420p", "-slices", "8", "-threads", "8");
            _pictures["grey"] = EncodeGray(source);
        }

        public IEnumerable<string> Kinds => _pictures.Keys;

        public byte[] this[string kind] => _pictures[kind];

        public void Dispose() => _folder.Dispose();

        private static byte[] EncodeGray(string source)
        {
            var pool = new FramePool();
            using Frame frame = ImageCodec.Load(source, pool);
            using Frame gray = pool.Rent(frame.Width, frame.Height, PixelFormat.Gray8);
            GrayConversion.Convert(frame, gray.Data);
            return ImageCodec.Encode(gray, ImageEncoding.Jpeg);
        }

        private byte[] Encode(string source, params string[] options)
        {
            string path = Path.Combine(_folder.Path, "picture.jpg");
            ChildProcesses.Ffmpeg(["-y", "-i", source, "-q:v", "3", .. options, path]);
            return File.ReadAllBytes(path);
        }
    }
}
