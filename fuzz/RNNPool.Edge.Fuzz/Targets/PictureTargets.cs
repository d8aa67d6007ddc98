using Microsoft.Extensions.Logging.Abstractions;
using RNNPool.Edge.Vision.Cameras;
using RNNPool.Edge.Vision.Cameras.Ffmpeg;
using RNNPool.Edge.Vision.Cameras.Jpeg;
using RNNPool.Edge.Vision.Cameras.Processes;
using RNNPool.Edge.Vision.Frames;
using RNNPool.Edge.Vision.Imaging;

namespace RNNPool.Edge.Fuzz.Targets;

/// <summary>
/// A motion JPEG stream, cut into any pieces: each picture gives a frame within the bounds or is counted as damaged. Skia decodes those
/// that pass the check, up to a small size.
/// </summary>
internal sealed class JpegTarget : FuzzTarget
{
    private readonly CameraContext _context = new(TimeProvider.System, NullLoggerFactory.Instance, new FramePool());

    public override void Run(ReadOnlySpan<byte> input)
    {
        var reader = new InputReader(input);
        int piece = 1 + reader.Byte();
        var stream = new JpegStream();
        var decoder = new MotionJpegDecoder("x", _context) { Reduction = 1 };
        try
        {
            while (!reader.IsEmpty)
            {
                ReadOnlySpan<byte> bytes = reader.Bytes(piece * 16);
                bytes.CopyTo(stream.Reserve().Span);
                stream.Advance(bytes.Length);
                while (stream.TryTake(out ReadOnlySpan<byte> picture))
                    Decode(decoder, picture);
            }

            if (stream.TryTakeRest(out ReadOnlySpan<byte> rest))
                Decode(decoder, rest);
        }
        catch (CameraException)
        {
            // Too many damaged pictures in a row.
        }
    }

    private static void Decode(MotionJpegDecoder decoder, ReadOnlySpan<byte> picture)
    {
        ReadOnlySpan<byte> found = JpegFrame.Find(picture);
        Require(found.IsEmpty || picture.Overlaps(found), "what is found lies within");
        using Frame? frame = decoder.Decode(picture);
        if (frame is not null)
            Require((long)frame.Width * frame.Height <= FramePool.MaxPixels, "the size of a frame is bounded");
    }
}

/// <summary>
/// Raw pictures: YUV4MPEG2 of any text, and frames of every format, size and stride through all that is done with pixels.
/// </summary>
internal sealed class YuvTarget : FuzzTarget
{
    private static readonly PixelFormat[] Formats = Enum.GetValues<PixelFormat>();

    private readonly FramePool _pool = new();

    public override void Run(ReadOnlySpan<byte> input)
    {
        var reader = new InputReader(input);
        int choice = reader.Byte();
        if ((choice & 0x80) != 0)
            ReadStream(reader.Rest);
        else
            Process(ref reader, Formats[choice % Formats.Length]);
    }

    private void ReadStream(ReadOnlySpan<byte> text)
    {
        var source = new Source(text.ToArray());
        var y4m = new Y4mReader("x");
        try
        {
            for (Frame? frame = null; ; frame.Dispose())
            {
                frame = y4m.Read(source, _pool, null, CancellationToken.None);
                if (frame is null)
                    return;
                Require(frame.Length <= text.Length, "a frame is no longer than what was sent");
            }
        }
        catch (CameraException)
        {
            // Refused with a sentence.
        }
    }

    private void Process(ref InputReader reader, PixelFormat format)
    {
        int width = 1 + reader.Byte(),
            height = 1 + reader.Byte(),
            padding = reader.Byte() % 16,
            options = reader.Byte();
        using Frame frame = _pool.Rent(width, height, format, PixelFormats.RowBytes(format, width) + padding);
        reader.Fill(frame.Data);
        byte[] gray = new byte[width * height];
        GrayConversion.Convert(frame, gray);
        byte[] picture = new byte[64 * 48];
        new GrayLetterbox(64, 48).Fill(frame, picture);
        var crop = new CropArea((options & 3) * 0.1f, 0, 0.5f, 1);
        Frame turned = new FrameTransform((options >> 2 & 3) * 90, (options & 16) != 0, crop, _pool).Apply(frame);
        Require(turned.Width > 0 && turned.Height > 0, "a part of the picture is left");
        new PictureAssessor().Assess(turned);
    }

    private sealed class Source(byte[] bytes) : IByteSource
    {
        private int _at;

        public int Read(Span<byte> buffer, CancellationToken stop)
        {
            int count = Math.Min(buffer.Length, bytes.Length - _at);
            bytes.AsSpan(_at, count).CopyTo(buffer);
            _at += count;
            return count;
        }
    }
}
