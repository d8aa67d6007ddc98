using System.Threading.Channels;

namespace RNNPool.Edge.Web.Live;

/// <summary>A viewer of the live view. It has room for one picture: a slow viewer misses pictures and delays no other.</summary>
internal sealed class LiveViewer(LivePictures owner, LiveEncoding encoding, TimeSpan interval, bool needsPermission) : IDisposable
{
    private readonly Channel<LivePicture> _slot = Channel.CreateBounded<LivePicture>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest }
    );
    private readonly CancellationTokenSource _withdrawn = new();
    private long _offered = -1;
    private int _left;

    /// <summary>Whether its pictures leave the device, so that it needs the permission.</summary>
    public bool NeedsPermission => needsPermission;

    /// <summary>Cancelled when its pictures may no longer leave the device.</summary>
    public CancellationToken Withdrawn => _withdrawn.Token;

    /// <summary>The pictures in order.</summary>
    public ChannelReader<LivePicture> Pictures => _slot.Reader;

    /// <summary>Least time between two pictures.</summary>
    public TimeSpan Interval => interval;

    /// <summary>Offers a picture; it is left out when the last one is younger than <see cref="Interval"/>.</summary>
    public void Offer(LivePicture picture, TimeProvider time)
    {
        // Frames are not exactly periodic: one that is a little early counts.
        long now = time.GetTimestamp();
        if (_offered >= 0 && time.GetElapsedTime(_offered, now) < interval * 0.8)
            return;
        _offered = now;
        _slot.Writer.TryWrite(picture);
    }

    /// <summary>Ends the viewer because its pictures may no longer leave the device, and discards the picture that it holds.</summary>
    public void Withdraw()
    {
        _withdrawn.Cancel();
        Dispose();
        while (_slot.Reader.TryRead(out _)) { }
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _left, 1) != 0)
            return;
        encoding.Leave(this);
        owner.Leave(this);
        _slot.Writer.TryComplete();
    }
}
