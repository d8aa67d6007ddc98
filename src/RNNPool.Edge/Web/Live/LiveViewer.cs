using System.Threading.Channels;

namespace RNNPool.Edge.Web.Live;

/// <summary>Somebody who looks at the live view. Has room for one picture: whoever is slow misses some, and holds up nobody.</summary>
internal sealed class LiveViewer(LiveEncoding encoding, TimeSpan interval) : IDisposable
{
    private readonly Channel<LivePicture> _slot = Channel.CreateBounded<LivePicture>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true }
    );
    private long _offered = -1;
    private int _left;

    /// <summary>The pictures as they come.</summary>
    public ChannelReader<LivePicture> Pictures => _slot.Reader;

    /// <summary>Least time between two pictures.</summary>
    public TimeSpan Interval => interval;

    /// <summary>Offers a picture; it is left out when the last one is younger than <see cref="Interval"/>.</summary>
    public void Offer(LivePicture picture, TimeProvider time)
    {
        // Frames do not come on the dot: one that is a little early counts.
        long now = time.GetTimestamp();
        if (_offered >= 0 && time.GetElapsedTime(_offered, now) < interval * 0.8)
            return;
        _offered = now;
        _slot.Writer.TryWrite(picture);
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _left, 1) != 0)
            return;
        encoding.Leave(this);
        _slot.Writer.TryComplete();
    }
}
