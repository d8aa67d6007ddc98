using Microsoft.Extensions.Logging;
using RNNPool.Edge.Vision.Frames;
using RNNPool.Edge.Vision.Imaging;

namespace RNNPool.Edge.Vision.Cameras.Jpeg;

/// <summary>
/// Decodes the pictures of a motion JPEG stream, and skips and counts damaged ones. A camera that ends every picture with stray bytes is
/// read nevertheless. Used by one thread, except for <see cref="BadFrames"/>.
/// </summary>
internal sealed partial class MotionJpegDecoder
{
    /// <summary>Number of damaged pictures in a row after which the camera counts as lost.</summary>
    public const int MaxBadInARow = 50;

    private static readonly byte[] EndMarker = [0xFF, JpegHeader.End];

    private readonly string _name;
    private readonly CameraContext _context;
    private readonly ILogger _logger;
    private readonly JpegCheck _check = new();
    private byte[] _completed = [];
    private long _bad;
    private int _badInARow;
    private bool _delivered;
    private bool _surplusAllowed;

    /// <param name="name">The camera without credentials.</param>
    /// <param name="context">Pool of frames and loggers.</param>
    public MotionJpegDecoder(string name, CameraContext context)
    {
        _name = name;
        _context = context;
        _logger = context.Loggers.CreateLogger<MotionJpegDecoder>();
    }

    /// <summary>Divisor of width and height: 1, 2, 4 or 8; 0 for the largest that keeps the needed pixels.</summary>
    public int Reduction { get; init; }

    /// <summary>Width below which detail would be missing; 0 when every pixel is needed.</summary>
    public int NeededWidth { get; init; }

    /// <summary>Height below which detail would be missing; 0 when every pixel is needed.</summary>
    public int NeededHeight { get; init; }

    /// <summary>Number of damaged pictures. Thread-safe.</summary>
    public long BadFrames => Interlocked.Read(ref _bad);

    /// <summary>Decodes a picture.</summary>
    /// <param name="data">The bytes of one picture, with padding.</param>
    /// <returns>The frame; null when the picture is damaged, which is then counted.</returns>
    /// <exception cref="CameraException">Too many pictures in a row are damaged.</exception>
    public Frame? Decode(ReadOnlySpan<byte> data)
    {
        ReadOnlySpan<byte> picture = Find(data, out JpegFault fault);
        bool last = _badInARow == MaxBadInARow - 1;
        if (fault is not (JpegFault.None or JpegFault.Unchecked) && !IsAllowed(fault, last))
        {
            Count(Describe(fault));
            return null;
        }

        try
        {
            Frame frame = ImageCodec.DecodeReduced(picture, _name, _context.Frames, Reduction, NeededWidth, NeededHeight);
            if (fault == JpegFault.Surplus && !_surplusAllowed)
            {
                _surplusAllowed = true;
                LogSurplus(_logger, _name);
            }

            CountGood();
            return frame;
        }
        catch (ImageException exception)
        {
            Count(exception.Message);
            return null;
        }
    }

    /// <summary>Records a picture without damage.</summary>
    public void CountGood() => (_delivered, _badInARow) = (true, 0);

    /// <summary>Counts a damaged picture.</summary>
    /// <exception cref="CameraException">Too many in a row are damaged.</exception>
    public void Count(string reason)
    {
        if (Interlocked.Increment(ref _bad) == 1)
            LogSkippedFrame(_logger, _name, reason);
        if (++_badInARow >= MaxBadInARow)
            throw new CameraException($"{_name}: {MaxBadInARow} damaged pictures in a row; the last one: {reason.TrimEnd('.')}.");
    }

    // Stray bytes in some pictures are damage. In all pictures since the camera was opened, they are the habit of its encoder.
    private bool IsAllowed(JpegFault fault, bool last) => fault == JpegFault.Surplus && (_surplusAllowed || (last && !_delivered));

    private ReadOnlySpan<byte> Find(ReadOnlySpan<byte> data, out JpegFault fault)
    {
        ReadOnlySpan<byte> picture = JpegFrame.Find(data);
        if (!picture.IsEmpty)
        {
            fault = _check.Check(picture);
            return picture;
        }

        // Some cameras leave out the end marker. The picture is whole if its data are.
        picture = JpegFrame.FindStart(data);
        fault = picture.IsEmpty ? JpegFault.Header : _check.Check(picture);
        if (fault != JpegFault.None)
        {
            fault = fault == JpegFault.Unchecked ? JpegFault.Short : fault;
            return picture;
        }

        int length = _check.DataEnd + EndMarker.Length;
        if (_completed.Length < length)
            _completed = new byte[length + (length / 2)];
        picture[.._check.DataEnd].CopyTo(_completed);
        EndMarker.CopyTo(_completed, _check.DataEnd);
        return _completed.AsSpan(0, length);
    }

    private static string Describe(JpegFault fault) =>
        fault switch
        {
            JpegFault.Header => "the JPEG header is damaged",
            JpegFault.Short => "cut off",
            JpegFault.Surplus => "bytes remain after its last block",
            _ => "the picture's data are damaged",
        };
}
