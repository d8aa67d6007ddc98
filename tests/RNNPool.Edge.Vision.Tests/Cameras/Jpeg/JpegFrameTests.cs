using RNNPool.Edge.Testing;
using RNNPool.Edge.Vision.Cameras.Jpeg;
using RNNPool.Edge.Vision.Frames;
using RNNPool.Edge.Vision.Imaging;
using RNNPool.Edge.Vision.Tests.Cameras.Processes;
using RNNPool.Edge.Vision.Tests.Support;

namespace RNNPool.Edge.Vision.Tests.Cameras.Jpeg;

public sealed class JpegFrameTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FramePool _pool = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Padding_before_and_after_is_cut_off()
    {
        byte[] jpeg = Picture();
        byte[] padded = [0, 0, 0, .. jpeg, .. new byte[4096], 0xFF, 0xD9, 0xFF];
        Assert.Equal(jpeg, JpegFrame.Find(padded));
    }

    [Fact]
    public void An_end_marker_within_a_segment_is_not_the_end()
    {
        byte[] jpeg = Picture();
        byte[] comment = [.. jpeg[..2], 0xFF, 0xFE, 0, 6, 0xFF, 0xD9, 0xFF, 0xD9, .. jpeg[2..]];
        Assert.Equal(comment, JpegFrame.Find(comment));
    }

    [Fact]
    public void Whatever_is_cut_off_or_begins_wrongly_is_no_picture()
    {
        byte[] jpeg = Picture();
        for (int length = 0; length < jpeg.Length; length += 7)
            Assert.True(JpegFrame.Find(jpeg.AsSpan(0, length)).IsEmpty, $"{length} bytes");
        Assert.True(JpegFrame.Find(jpeg.AsSpan(2)).IsEmpty);
        Assert.True(JpegFrame.Find(new byte[10_000]).IsEmpty);
    }

    [Fact]
    public void Random_bytes_never_throw_and_what_is_found_lies_within()
    {
        var random = new Random(11);
        for (int i = 0; i < 3000; i++)
        {
            byte[] bytes = new byte[random.Next(0, 600)];
            random.NextBytes(bytes);
            for (int at = 0; at + 1 < bytes.Length; at += random.Next(1, 40))
                (bytes[at], bytes[at + 1]) = (0xFF, (byte)random.Next(0xC0, 0x100));
            if (bytes.Length > 2)
                (bytes[0], bytes[1]) = (0xFF, 0xD8);
            ReadOnlySpan<byte> found = JpegFrame.Find(bytes);
            Assert.True(found.IsEmpty || (found.Length <= bytes.Length && found[^1] == 0xD9));
        }
    }

    [Fact]
    public void Restart_markers_stand_within_a_picture()
    {
        byte[] plain = Picture();
        int scan = IndexOf(plain, 0xDA);
        // A restart marker between the pieces of a scan, as encoders of cameras write them.
        byte[] marked = [.. plain[..(scan + 40)], 0xFF, 0xD0, .. plain[(scan + 40)..]];
        Assert.Equal(marked, JpegFrame.Find(marked));
    }

    [Fact]
    public void A_picture_without_huffman_tables_as_cameras_send_them_is_decoded_like_the_whole_one()
    {
        byte[] jpeg = Picture();
        byte[] bare = WithoutTables(jpeg);
        Assert.True(bare.Length < jpeg.Length - 400);
        using Frame whole = ImageCodec.Decode(jpeg, "whole", _pool);
        using Frame frame = ImageCodec.Decode(JpegFrame.Find(bare), "bare", _pool);
        Assert.Equal(whole.Data, frame.Data);
    }

    private static int IndexOf(byte[] jpeg, byte marker)
    {
        for (int at = 2; at + 4 < jpeg.Length; at += 2 + ((jpeg[at + 2] << 8) | jpeg[at + 3]))
        {
            if (jpeg[at + 1] == marker)
                return at;
        }

        throw new ArgumentException("no such segment", nameof(marker));
    }

    private static byte[] WithoutTables(byte[] jpeg)
    {
        var bytes = new List<byte>(jpeg[..2]);
        for (int at = 2; ; )
        {
            int length = 2 + ((jpeg[at + 2] << 8) | jpeg[at + 3]);
            if (jpeg[at + 1] == 0xDA)
                return [.. bytes, .. jpeg[at..]];
            if (jpeg[at + 1] != 0xC4)
                bytes.AddRange(jpeg[at..(at + length)]);
            at += length;
        }
    }

    // ffmpeg writes the standard tables, as the cameras do whose pictures come without any.
    private byte[] Picture()
    {
        string path = Path.Combine(_folder.Path, "picture.jpg");
        if (!File.Exists(path))
            ChildProcesses.Ffmpeg(
                "-f",
                "lavfi",
                "-i",
                "testsrc=size=320x240",
                "-frames:v",
                "1",
                "-pix_fmt",
                "yuvj422p",
                "-huffman",
                "default",
                path
            );
        return File.ReadAllBytes(path);
    }
}
