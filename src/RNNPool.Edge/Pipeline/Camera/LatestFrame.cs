using System.Runtime.CompilerServices;
using System.Threading.Channels;
using RNNPool.Edge.Vision.Frames;

namespace RNNPool.Edge.Pipeline.Camera;

/// <summary>
/// The one place between capture and detection: holds the newest frame only, so that a slow detector sees the present and
/// nothing ever queues up. One writer, one reader; neither allocates.
/// </summary>
public sealed class LatestFrame : IDisposable
{
    private readonly Channel<bool> _signal = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true }
    );
    private Frame? _frame;
    private long _dropped;

    /// <summary>Frames that a newer one replaced before they were taken.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>Puts a frame in place, and disposes one that is still there. The frame belongs to the slot from now on.</summary>
    public void Put(Frame frame)
    {
        if (Interlocked.Exchange(ref _frame, frame) is { } stale)
        {
            stale.Dispose();
            Interlocked.Increment(ref _dropped);
        }

        _signal.Writer.TryWrite(true);
    }

    /// <summary>Wakes the reader although there may be no frame.</summary>
    public void Wake() => _signal.Writer.TryWrite(true);

    /// <summary>No more frames will come. A frame in place can still be taken.</summary>
    public void Complete() => _signal.Writer.TryComplete();

    /// <summary>Waits for a frame, for <see cref="Wake"/> or for the end.</summary>
    /// <returns>False when no more frames will come.</returns>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<bool> WaitAsync()
    {
        // Without a token the channel waits on an object that it owns; with one it would allocate.
        if (!await _signal.Reader.WaitToReadAsync(CancellationToken.None).ConfigureAwait(false))
            return false;
        _signal.Reader.TryRead(out _);
        return true;
    }

    /// <summary>Takes the frame, which then belongs to the caller; null when there is none.</summary>
    public Frame? Take() => Interlocked.Exchange(ref _frame, null);

    /// <inheritdoc/>
    public void Dispose()
    {
        Complete();
        Take()?.Dispose();
    }
}
