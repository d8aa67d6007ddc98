using RNNPool.Edge.Vision.Cameras.Jpeg;
using RNNPool.Edge.Vision.Frames;
using RNNPool.Edge.Vision.Imaging;

namespace RNNPool.Edge.Vision.Cameras.Http;

/// <summary>
/// A camera that serves JPEG pictures over HTTP: an endless answer (motion JPEG), or one picture for each request (a snapshot address).
/// Frames are stamped and thinned by their arrival, before they are decoded. Other content, such as a film, goes to another camera.
/// </summary>
internal sealed class HttpCamera : ILiveCamera
{
    private readonly HttpCameraOptions _options;
    private readonly Func<ICamera> _createOther;
    private readonly CameraContext _context;
    private readonly FrameGovernor _governor;
    private readonly MotionJpegDecoder _decoder;
    private readonly FrameOutput _output;
    private readonly CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;
    private volatile ICamera? _other;
    private long _sequence;
    private int _disposed;

    /// <param name="name">The source without credentials.</param>
    /// <param name="options">Address and parameters.</param>
    /// <param name="createOther">Creates the camera for content that is not JPEG pictures.</param>
    /// <param name="context">Clock, loggers and pool of frames.</param>
    public HttpCamera(string name, HttpCameraOptions options, Func<ICamera> createOther, CameraContext context)
    {
        Name = name;
        _options = options;
        _createOther = createOther;
        _context = context;
        _governor = new FrameGovernor(context.Time, options.Rate > 0 ? options.Rate : FrameGovernor.MaxRate);
        _decoder = new MotionJpegDecoder(name, context)
        {
            Reduction = options.Width > 0 ? 0 : 1,
            NeededWidth = options.Width,
            NeededHeight = options.Width > 0 ? int.MaxValue >> 12 : 0,
        };
        _output = new FrameOutput(() => _running = Task.Run(RunAsync), lossless: false);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public string? Stuck => _other?.Stuck;

    /// <inheritdoc/>
    public long BadFrames => _decoder.BadFrames;

    /// <inheritdoc/>
    public double Rate
    {
        get => _governor.Rate;
        set
        {
            _governor.Rate = value;
            if (_other is ILiveCamera live)
                live.Rate = value;
        }
    }

    /// <inheritdoc/>
    double ICamera.RequestedRate => _options.Rate;

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
        await _stop.CancelAsync().ConfigureAwait(false);
        _output.Finish(null);
        await _running.ConfigureAwait(false);
        if (_other is not null)
            await _other.DisposeAsync().ConfigureAwait(false);
        _output.Dispose();
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            await CaptureAsync(_stop.Token).ConfigureAwait(false);
            _output.Finish(null);
        }
        catch (OperationCanceledException)
        {
            _output.Finish(null);
        }
#pragma warning disable CA1031 // The next read throws the exception.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            _output.Finish(exception);
        }
    }

    private async Task CaptureAsync(CancellationToken stop)
    {
        using var connection = new HttpConnection(Name, _options.Address, _options.ValidatesCertificate);
        var pictures = new JpegStream();
        while (true)
        {
            long requested = _context.Time.GetTimestamp();
            pictures.Reset();
            if (await connection.RequestAsync(pictures, stop).ConfigureAwait(false) == HttpContentKind.Other)
                break;
            int count = 0;
            do
            {
                count += Take(pictures);
            } while (await connection.ReadAsync(pictures, stop).ConfigureAwait(false));
            if (pictures.TryTakeRest(out ReadOnlySpan<byte> rest))
                count += Accept(rest);
            if (count != 1)
                throw new CameraException(
                    count == 0 ? $"{Name}: the camera's answer contains no picture." : $"{Name}: the camera has ended its stream."
                );
            await WaitForPeriodAsync(requested, stop).ConfigureAwait(false);
        }

        connection.Dispose();
        _other = _createOther();
        if (_other is ILiveCamera live)
            live.Rate = _governor.Rate;
        await _other.RunAsync(new Target(_output), stop).ConfigureAwait(false);
    }

    private int Take(JpegStream pictures)
    {
        int count = 0;
        for (; pictures.TryTake(out ReadOnlySpan<byte> picture); count++)
            Accept(picture);
        return count;
    }

    private int Accept(ReadOnlySpan<byte> picture)
    {
        long sequence = _sequence++;
        if (!_governor.Admit() || _decoder.Decode(picture) is not { } frame)
            return 1;
        if (!_options.Color)
            frame = ToGray(frame);
        (frame.Sequence, frame.Time) = (sequence, FrameTime.Now(_context.Time));
        if (!_output.Put(frame))
            throw new OperationCanceledException(_stop.Token);
        return 1;
    }

    private Frame ToGray(Frame frame)
    {
        using (frame)
        {
            Frame gray = _context.Frames.Rent(frame.Width, frame.Height, PixelFormat.Gray8);
            GrayConversion.Convert(frame, gray.Data);
            return gray;
        }
    }

    // An address with one picture for each request is asked at the rate.
    private Task WaitForPeriodAsync(long requested, CancellationToken stop)
    {
        TimeSpan left = TimeSpan.FromSeconds(1 / _governor.Rate) - _context.Time.GetElapsedTime(requested);
        return left > TimeSpan.Zero ? Task.Delay(left, _context.Time, stop) : Task.CompletedTask;
    }

    private sealed class Target(FrameOutput output) : IFrameTarget
    {
        public bool Put(Frame frame) => output.Put(frame);
    }
}
