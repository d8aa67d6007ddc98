using System.Threading.Channels;
using RNNPool.Edge.Capture;
using RNNPool.Edge.Vision.Cameras;
using RNNPool.Edge.Vision.Frames;

namespace RNNPool.Edge.Tests.Capture;

/// <summary>A camera whose frames, failures and end come from the test.</summary>
internal sealed class FakeCamera(TimeProvider time) : ICameraFactory
{
    private readonly FramePool _pool = new();
    private readonly Channel<Func<Frame?>> _script = Channel.CreateUnbounded<Func<Frame?>>();
    private long _sequence;
    private int _created;
    private int _disposed;

    public string Name => "fake";

    public string Source => "fake:";

    public int Created => Volatile.Read(ref _created);

    public int Disposed => Volatile.Read(ref _disposed);

    /// <summary>What happens instead of a camera being made; null for nothing.</summary>
    public Func<Exception?> OnCreate { get; set; } = () => null;

    /// <summary>The next read returns a frame of the present time.</summary>
    public void Frame() => _script.Writer.TryWrite(() =>
    {
        Frame frame = _pool.Rent(64, 48, PixelFormat.Gray8);
        (frame.Sequence, frame.Timestamp) = (_sequence++, time.GetUtcNow());
        return frame;
    });

    /// <summary>The next read throws.</summary>
    public void Throw(Exception exception) => _script.Writer.TryWrite(() => throw exception);

    /// <summary>The next read is the end of the source.</summary>
    public void End() => _script.Writer.TryWrite(() => null);

    public ICamera Create()
    {
        Interlocked.Increment(ref _created);
        if (OnCreate() is { } exception) throw exception;
        return new Instance(this);
    }

    private sealed class Instance(FakeCamera owner) : ICamera
    {
        public string Name => owner.Name;

        public async ValueTask<Frame?> ReadAsync(CancellationToken cancellationToken) => (await owner._script.Reader.ReadAsync(cancellationToken))();

        public ValueTask DisposeAsync()
        {
            Interlocked.Increment(ref owner._disposed);
            return default;
        }
    }
}
