using Microsoft.Extensions.Logging;
using RNNPool.Edge.Vision.Cameras.Jpeg;
using RNNPool.Edge.Vision.Frames;

namespace RNNPool.Edge.Vision.Cameras.V4l2;

/// <summary>
/// A camera of the kernel's video interface. A dedicated thread opens, reads and closes it, because every call of a driver may block.
/// </summary>
internal sealed partial class V4l2Camera : ILiveCamera
{
    private const int WaitMilliseconds = 100; // longest delay of a stop while the camera delivers no pictures
    private static readonly TimeSpan CloseTime = TimeSpan.FromSeconds(2);

    private readonly V4l2Options _options;
    private readonly IVideoKernel _kernel;
    private readonly CameraContext _context;
    private readonly ILogger _logger;
    private readonly FrameGovernor _governor;
    private readonly MotionJpegDecoder _decoder;
    private readonly FrameOutput _output;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Thread? _thread;
    private volatile bool _stop;
    private volatile string? _stuck;
    private int _disposed;

    public V4l2Camera(string name, V4l2Options options, IVideoKernel kernel, CameraContext context)
    {
        Name = name;
        _options = options;
        _kernel = kernel;
        _context = context;
        _output = new FrameOutput(Start, lossless: false);
        _logger = context.Loggers.CreateLogger<V4l2Camera>();
        _governor = new FrameGovernor(context.Time, options.Rate);
        _decoder = new MotionJpegDecoder(name, context)
        {
            Reduction = options.Reduction,
            NeededWidth = context.Requirements.NeededWidth,
            NeededHeight = context.Requirements.NeededHeight,
        };
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public string? Stuck => _stuck;

    /// <inheritdoc/>
    public long BadFrames => _decoder.BadFrames;

    /// <inheritdoc/>
    public double Rate
    {
        get => _governor.Rate;
        set => _governor.Rate = value;
    }

    /// <inheritdoc/>
    public ValueTask<Frame?> ReadAsync(CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_disposed != 0, this);
        return _output.ReadAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public Task RunAsync(IFrameTarget target, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_disposed != 0, this);
        return _output.RunAsync(target, cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        _stop = true;
        _output.Finish(null);
        if (_thread is not null)
        {
            try
            {
                await _ended.Task.WaitAsync(CloseTime, _context.Time).ConfigureAwait(false);
            }
            catch (TimeoutException)
            {
                _stuck = "camera stuck: its driver does not return; unplug the camera, and if that does not help, restart the machine.";
                await _ended.Task.ConfigureAwait(false);
                _stuck = null;
            }
        }

        _output.Dispose();
    }

    private void Start()
    {
        _thread = new Thread(Run) { IsBackground = true, Name = Name };
        _thread.Start();
    }

    private void Run()
    {
        try
        {
            Stream();
            _output.Finish(null);
        }
#pragma warning disable CA1031 // The next read throws the exception.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            _output.Finish(exception);
        }

        _ended.SetResult();
    }

    private void Stream()
    {
        using VideoDevice device = V4l2Selection.Open(_kernel, _options.Device, Name);
        VideoMode mode = Choose(device);
        ApplyControls(device);
        VideoFormat format = device.SetFormat(mode);
        double rate = device.SetRate(mode.Rate);
        string code = FourCc.Name(format.PixelFormat);
        Opened(_logger, Name, device.Card, code, format.Width, format.Height, rate);

        using VideoStream stream = device.Start(_options.Buffers);
        for (long sequence = 0; !_stop; )
        {
            VideoArrival arrival = stream.Next(WaitMilliseconds, out VideoBuffer buffer);
            if (arrival == VideoArrival.Nothing)
                continue;
            try
            {
                // Surplus frames are returned without being decoded.
                if (arrival == VideoArrival.Damaged)
                    _decoder.Count("marked by the driver");
                else if (_governor.Admit() && Convert(stream.Data(buffer), format) is { } frame)
                    Deliver(frame, sequence);
            }
            finally
            {
                stream.Return(buffer);
            }

            sequence++;
        }
    }

    private VideoMode Choose(VideoDevice device)
    {
        IReadOnlyList<VideoFormatChoice> formats = VideoFormats.Read(device);
        if (VideoMode.Choose(formats, _options.Format, _options.Width, _options.Height, _options.Rate) is { } mode)
            return mode;
        string offered = string.Join(", ", formats.Select(format => FourCc.Name(format.Code)));
        string wanted = _options.Format is { } code ? FourCc.Name(code) : string.Join(", ", FourCc.Known.Select(FourCc.Name));
        throw new CameraException($"{Name}: the camera offers {(offered.Length > 0 ? offered : "no format at all")}; wanted is {wanted}.")
        {
            Fix = "Choose another format or device ('rnnpool-edge cameras' lists them); a camera on a ribbon cable needs rpicam:.",
        };
    }

    private void ApplyControls(VideoDevice device)
    {
        if (_context.Requirements.Controls.Count == 0)
            return;
        IReadOnlyList<VideoControl> controls = VideoControls.Read(device);

        // Switches and menus first, because they decide which numbers apply, as automatic exposure does.
        foreach (
            (VideoControl control, int value) in _context
                .Requirements.Controls.Select(wish => (Control: VideoControl.Find(controls, wish.Key, Name), wish.Value))
                .Select(wish => (wish.Control, wish.Control.Parse(wish.Value, Name)))
                .OrderBy(wish => wish.Control.Kind is VideoControlKind.Number or VideoControlKind.Bits ? 1 : 0)
        )
        {
            device.Set(control, value);
        }
    }

    private Frame? Convert(ReadOnlySpan<byte> data, in VideoFormat format)
    {
        if (FourCc.IsCompressed(format.PixelFormat))
            return _decoder.Decode(data);
        PixelFormat pixels = FourCc.ToPixelFormat(format.PixelFormat);
        (int width, int height) = ((int)format.Width, (int)format.Height);
        int row = PixelFormats.RowBytes(pixels, width),
            stride = Math.Max(row, (int)Math.Min(format.BytesPerLine, 1 << 20));
        Frame frame = _context.Frames.Rent(width, height, pixels, stride);

        // The last row may come without its padding.
        int least = frame.Length - (stride - row);
        if (data.Length >= least)
        {
            data[..Math.Min(data.Length, frame.Length)].CopyTo(frame.Data);
            return frame;
        }

        frame.Dispose();
        _decoder.Count(FormattableString.Invariant($"{data.Length} of {frame.Length} bytes"));
        return null;
    }

    private void Deliver(Frame frame, long sequence)
    {
        _decoder.CountGood();
        (frame.Sequence, frame.Time) = (sequence, FrameTime.Now(_context.Time));
        if (!_output.Put(frame))
            _stop = true;
    }
}
