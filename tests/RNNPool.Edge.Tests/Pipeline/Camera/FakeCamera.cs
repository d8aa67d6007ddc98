using System.Threading.Channels;
using RNNPool.Edge.Pipeline.Camera;
using RNNPool.Edge.Vision.Cameras;
using RNNPool.Edge.Vision.Frames;

namespace RNNPool.Edge.Tests.Pipeline.Camera;

/// <summary>A camera whose frames, failures and end come from the test.</summary>
internal sealed class FakeCamera(TimeProvider time) : ICameraFactory
{
    private readonly FramePool _pool = new();
    private readonly Channel<Func<Frame?>> _script = Channel.CreateUnbounded<Func<Frame?>>();
    private long _sequence;
    private int _created;
    private int _disposed;

    public string Name { get; init; } = "fake";

    public string Source => "fake:";

    /// <summary>Size of its frames in pixels.</summary>
    public (int Width, int Height) Size { get; init; } = (64, 48);

    public int Created => Volatile.Read(ref _created);

    public int Disposed => Volatile.Read(ref _disposed);

    /// <summary>Called instead of creating a camera; null to create one.</summary>
    public Func<Exception?> OnCreate { get; set; } = () => null;

    /// <summary>Whether cameras are live ones, with a rate.</summary>
    public bool Live { get; set; }

    /// <summary>The rate of the live camera.</summary>
    public double Rate { get; set; } = 20;

    /// <summary>Blocks the thread of every read.</summary>
    public ManualResetEventSlim? BlockRead { get; set; }

    /// <summary>When cameras are closed.</summary>
    public Task Closing { get; set; } = Task.CompletedTask;

    /// <summary>Why they are not.</summary>
    public string? Stuck { get; set; }

    /// <summary>The next read returns a frame of the present time.</summary>
    public void Frame() =>
        _script.Writer.TryWrite(() =>
        {
            Frame frame = _pool.Rent(Size.Width, Size.Height, PixelFormat.Gray8);
            frame.Sequence = _sequence++;
            frame.Time = FrameTime.Now(time);
            return frame;
        });

    /// <summary>The next read throws.</summary>
    public void Throw(Exception exception) => _script.Writer.TryWrite(() => throw exception);

    /// <summary>The next read is the end of the source.</summary>
    public void End() => _script.Writer.TryWrite(() => null);

    public ICamera Create()
    {
        Interlocked.Increment(ref _created);
        if (OnCreate() is { } exception)
            throw exception;
        return Live ? new LiveInstance(this) : new Instance(this);
    }

    private sealed class LiveInstance(FakeCamera owner) : Instance(owner), ILiveCamera
    {
        private readonly FakeCamera _owner = owner;

        public double Rate
        {
            get => _owner.Rate;
            set => _owner.Rate = value;
        }
    }

    private class Instance(FakeCamera owner) : ICamera
    {
        public string? Stuck => owner.Stuck;

        public string Name => owner.Name;

        public async ValueTask<Frame?> ReadAsync(CancellationToken cancellationToken)
        {
            owner.BlockRead?.Wait(CancellationToken.None);
            return (await owner._script.Reader.ReadAsync(cancellationToken))();
        }

        public async ValueTask DisposeAsync()
        {
            Interlocked.Increment(ref owner._disposed);
            await owner.Closing;
            GC.SuppressFinalize(this);
        }
    }
}
