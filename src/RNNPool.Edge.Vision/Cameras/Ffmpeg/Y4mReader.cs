using System.Globalization;
using System.Text;
using RNNPool.Edge.Vision.Cameras.Processes;
using RNNPool.Edge.Vision.Frames;

namespace RNNPool.Edge.Vision.Cameras.Ffmpeg;

/// <summary>
/// Reads YUV4MPEG2: a header line with the size, then a line and the planes for each frame. The header states the size, so it need not be
/// queried beforehand.
/// </summary>
internal sealed class Y4mReader(string name) : IFrameReader
{
    private const int MaxLine = 256;

    private readonly byte[] _line = new byte[MaxLine];
    private int _width;
    private int _height;
    private PixelFormat _format;

    /// <inheritdoc/>
    public Frame? Read(IByteSource source, FramePool pool, Frame? spare, CancellationToken stop)
    {
        try
        {
            if (_width == 0)
            {
                int length = ReadLine(source, stop);
                if (length < 0)
                    return null;
                ParseHeader(Encoding.ASCII.GetString(_line, 0, length));
            }

            int head = ReadLine(source, stop);
            if (head < 0)
                return null;
            if (!_line.AsSpan(0, head).StartsWith("FRAME"u8))
                throw new CameraException($"{name}: ffmpeg sent data that is not a frame.");
            Frame frame = spare ?? pool.Rent(_width, _height, _format);
            spare = null;
            return Fill(source, frame, stop);
        }
        finally
        {
            spare?.Dispose();
        }
    }

    private Frame Fill(IByteSource source, Frame frame, CancellationToken stop)
    {
        try
        {
            if (source.Read(frame.Data, stop) == frame.Length)
                return frame;
            throw new CameraException($"{name}: ffmpeg ended within a frame.", new EndOfStreamException());
        }
        catch
        {
            frame.Dispose();
            throw;
        }
    }

    // "FRAME" and a line feed are read at once; the header is read once, byte by byte.
    private int ReadLine(IByteSource source, CancellationToken stop)
    {
        int start = _width == 0 ? 0 : 6;
        if (start > 0)
        {
            int got = source.Read(_line.AsSpan(0, start), stop);
            if (got == 0)
                return -1;
            if (got < start)
                throw new CameraException($"{name}: ffmpeg ended within a frame.", new EndOfStreamException());
            if (_line[start - 1] == '\n')
                return start - 1;
        }

        for (int at = start; at < MaxLine; at++)
        {
            if (source.Read(_line.AsSpan(at, 1), stop) == 0)
                return at == 0 ? -1 : throw new CameraException($"{name}: ffmpeg ended within a line.", new EndOfStreamException());
            if (_line[at] == '\n')
                return at;
        }

        throw new CameraException($"{name}: ffmpeg sent a line of more than {MaxLine} bytes.");
    }

    private void ParseHeader(string header)
    {
        string[] words = header.Split(' ');
        if (words[0] != "YUV4MPEG2")
            throw new CameraException($"{name}: ffmpeg sent no YUV4MPEG2 stream.");
        string colour = words.FirstOrDefault(word => word.StartsWith('C')) ?? "C420";
        (int width, int height) = (Number(words, 'W'), Number(words, 'H'));
        if (width < 1 || height < 1 || (long)width * height > FramePool.MaxPixels)
            throw new CameraException($"{name}: ffmpeg sends frames of {width}x{height}, which are not accepted.");
        _format = colour switch
        {
            "Cmono" => PixelFormat.Gray8,
            "C420" or "C420jpeg" or "C420mpeg2" or "C420paldv" => PixelFormat.I420,
            _ => throw new CameraException($"{name}: ffmpeg sends frames of the colour space {colour[1..]}, which is not known."),
        };
        (_width, _height) = (width, height);
    }

    private static int Number(string[] words, char letter) =>
        words.FirstOrDefault(word => word.StartsWith(letter)) is { } word
        && int.TryParse(word.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out int value)
            ? value
            : 0;
}
