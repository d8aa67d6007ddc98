using System.Runtime.CompilerServices;
using RNNPool.Edge.Vision.Frames;
using RNNPool.Edge.Vision.Geometry;

namespace RNNPool.Edge.Vision.Cameras;

/// <summary>
/// Grey frames with bright discs that bounce over a shaded background. Frame n of a seed is always the same picture, so
/// that tests know where every disc is.
/// </summary>
public sealed class SyntheticCamera : ICamera
{
    private readonly int _width;
    private readonly int _height;
    private readonly int _frames;
    private readonly Disc[] _discs;
    private readonly byte[] _background;
    private readonly CameraContext _context;
    private readonly FramePacer _pacer;
    private long _sequence;

    internal SyntheticCamera(string name, int width, int height, double rate, int shapes, int seed, int frames, CameraContext context)
    {
        Name = name;
        _width = width;
        _height = height;
        _frames = frames;
        _context = context;
        RequestedRate = rate;
        _pacer = new FramePacer(rate, context.Time);
        _background = new byte[width * height];
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
                _background[(y * width) + x] = (byte)(40 + (60 * x / width) + (30 * y / height));
        }

        var random = new Random(seed);
        _discs = new Disc[shapes];
        for (int i = 0; i < shapes; i++)
        {
            float radius = Math.Min(width, height) * (0.05f + (0.1f * random.NextSingle()));
            float speed = Math.Min(width, height) * 0.01f;
            _discs[i] = new Disc(
                radius,
                random.NextSingle() * width,
                random.NextSingle() * height,
                speed * (random.NextSingle() - 0.5f) * 4,
                speed * (random.NextSingle() - 0.5f) * 4,
                (byte)(180 + random.Next(70))
            );
        }
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public double RequestedRate { get; }

    /// <inheritdoc/>
    public ValueTask<Frame?> ReadAsync(CancellationToken cancellationToken)
    {
        if (_frames > 0 && _sequence >= _frames)
            return ValueTask.FromResult<Frame?>(null);
        ValueTask<bool> due = _pacer.WaitAsync(cancellationToken);
        return due.IsCompletedSuccessfully ? ValueTask.FromResult<Frame?>(Next()) : NextAsync(due);
    }

    /// <summary>Position of a disc in a frame, in pixels.</summary>
    /// <param name="shape">Number of the disc, from 0.</param>
    /// <param name="sequence">Number of the frame.</param>
    public BoundingBox BoxAt(int shape, long sequence)
    {
        Disc disc = _discs[shape];
        float x = Bounce(disc.X + ((double)disc.SpeedX * sequence), disc.Radius, _width - disc.Radius);
        float y = Bounce(disc.Y + ((double)disc.SpeedY * sequence), disc.Radius, _height - disc.Radius);
        return new BoundingBox(x - disc.Radius, y - disc.Radius, 2 * disc.Radius, 2 * disc.Radius);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _pacer.Dispose();
        return ValueTask.CompletedTask;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<Frame?> NextAsync(ValueTask<bool> due)
    {
        await due.ConfigureAwait(false);
        return Next();
    }

    private Frame Next()
    {
        Frame frame = _context.Frames.Rent(_width, _height, PixelFormat.Gray8);
        Render(frame, _sequence);
        (frame.Sequence, frame.Time) = (_sequence++, FrameTime.Now(_context.Time));
        return frame;
    }

    // Folds a straight path into [low, high] as a mirror would, so that any frame can be computed on its own.
    private static float Bounce(double position, float low, float high)
    {
        double range = high - low,
            folded = (position - low) % (2 * range);
        if (folded < 0)
            folded += 2 * range;
        return (float)(low + (folded <= range ? folded : (2 * range) - folded));
    }

    private void Render(Frame frame, long sequence)
    {
        _background.CopyTo(frame.Data);
        for (int i = 0; i < _discs.Length; i++)
        {
            BoundingBox box = BoxAt(i, sequence);
            float radius = box.Width / 2,
                centerX = box.X + radius,
                centerY = box.Y + radius;
            int top = Math.Max(0, (int)box.Y),
                bottom = Math.Min(_height, (int)box.Bottom + 1);
            for (int y = top; y < bottom; y++)
            {
                float dy = y + 0.5f - centerY,
                    squared = (radius * radius) - (dy * dy);
                if (squared <= 0)
                    continue;
                float half = MathF.Sqrt(squared);
                int left = Math.Max(0, (int)(centerX - half)),
                    right = Math.Min(_width, (int)(centerX + half));
                if (right > left)
                    frame.Data.Slice((y * _width) + left, right - left).Fill(_discs[i].Level);
            }
        }
    }

    private readonly record struct Disc(float Radius, float X, float Y, float SpeedX, float SpeedY, byte Level);
}
