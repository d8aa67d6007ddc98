using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using RNNPool.Edge.Vision.Frames;
using RNNPool.Edge.Vision.Imaging;

namespace RNNPool.Edge.Vision.Cameras;

/// <summary>
/// Replays pictures as a camera. The next picture is decoded while the reader works on the current one.
/// A picture that cannot be read is skipped with a warning; when none can be read, the camera fails.
/// </summary>
public sealed partial class ImagesCamera : ICamera
{
    private const long MaxCachedBytes = 256L * 1024 * 1024;
    private const int ShownWidth = 1920,
        ShownHeight = 1080;

    private readonly string _target;
    private readonly bool _loop;
    private readonly bool _cache;
    private readonly CameraContext _context;
    private readonly ILogger _logger;
    private readonly FramePacer _pacer;
    private readonly CancellationTokenSource _stop = new();
    private readonly Channel<Frame> _ahead = Channel.CreateBounded<Frame>(
        new BoundedChannelOptions(1) { SingleReader = true, SingleWriter = true }
    );
    private Task? _producer;
    private long _sequence;

    internal ImagesCamera(string name, string target, double rate, bool loop, bool cache, CameraContext context, ILogger logger)
    {
        Name = name;
        _target = target;
        _loop = loop;
        _cache = cache;
        _context = context;
        _logger = logger;
        RequestedRate = rate;
        _pacer = new FramePacer(rate, context.Time);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public double RequestedRate { get; }

    /// <inheritdoc/>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<Frame?> ReadAsync(CancellationToken cancellationToken)
    {
        _producer ??= Start();
        await _pacer.WaitAsync(cancellationToken).ConfigureAwait(false);
        Frame? frame;
        while (!_ahead.Reader.TryRead(out frame))
        {
            if (!await _ahead.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
                return null;
        }

        (frame.Sequence, frame.Time) = (_sequence++, FrameTime.Now(_context.Time));
        return frame;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        if (_producer is not null)
            await _producer.ConfigureAwait(false);
        while (_ahead.Reader.TryRead(out Frame? frame))
            frame.Dispose();
        _pacer.Dispose();
        _stop.Dispose();
    }

    private Task Start()
    {
        IReadOnlyList<string> files = PictureFiles.List(_target, Name);
        return Task.Run(() => ProduceAsync(files));
    }

    private async Task ProduceAsync(IReadOnlyList<string> files)
    {
        var pictures = new Picture[files.Count];
        for (int i = 0; i < pictures.Length; i++)
            pictures[i] = new Picture(files[i]);
        try
        {
            await ProduceAsync(pictures).ConfigureAwait(false);
            _ahead.Writer.Complete();
        }
        catch (OperationCanceledException)
        {
            _ahead.Writer.Complete();
        }
        catch (Exception error)
        {
            // The next read throws the exception.
            _ahead.Writer.Complete(error);
        }
    }

    private async Task ProduceAsync(Picture[] pictures)
    {
        long cached = 0;
        do
        {
            int readable = 0;
            string? firstComplaint = null;
            foreach (Picture picture in pictures)
            {
                _stop.Token.ThrowIfCancellationRequested();
                Frame frame;
                try
                {
                    frame = picture.Decoded is { } decoded ? Copy(decoded) : Load(picture.Path);
                }
                catch (ImageException error)
                {
                    firstComplaint ??= error.Message;
                    if (!picture.Reported)
                        LogSkippedPicture(_logger, error.Message);
                    picture.Reported = true;
                    continue;
                }

                readable++;
                picture.Reported = false;
                if (_cache && picture.Decoded is null && cached + frame.Length <= MaxCachedBytes)
                {
                    cached += frame.Length;
                    picture.Decoded = Copy(frame);
                }

                await DeliverAsync(frame).ConfigureAwait(false);
            }

            if (readable == 0)
                throw new CameraException(
                    $"{Name}: none of the {pictures.Length} pictures can be read; the first error is: {firstComplaint}"
                );
        } while (_loop);
    }

    // Large pictures are reduced to what the detector and the page can show.
    private Frame Load(string path) =>
        ImageCodec.LoadReduced(
            path,
            _context.Frames,
            Math.Max(ShownWidth, _context.Requirements.NeededWidth),
            Math.Max(ShownHeight, _context.Requirements.NeededHeight)
        );

    private async ValueTask DeliverAsync(Frame frame)
    {
        try
        {
            await _ahead.Writer.WriteAsync(frame, _stop.Token).ConfigureAwait(false);
        }
        catch
        {
            frame.Dispose();
            throw;
        }
    }

    private Frame Copy(Frame source)
    {
        Frame copy = _context.Frames.Rent(source.Width, source.Height, source.Format, source.Stride);
        source.Data.CopyTo(copy.Data);
        return copy;
    }

    private sealed class Picture(string path)
    {
        public string Path { get; } = path;

        public Frame? Decoded { get; set; }

        public bool Reported { get; set; }
    }
}
