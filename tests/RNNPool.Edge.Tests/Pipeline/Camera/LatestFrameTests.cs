using RNNPool.Edge.Pipeline.Camera;
using RNNPool.Edge.Vision.Frames;

namespace RNNPool.Edge.Tests.Pipeline.Camera;

public sealed class LatestFrameTests
{
    private readonly FramePool _pool = new();

    [Fact]
    public async Task The_newest_frame_wins_and_the_others_go_back_to_their_pool()
    {
        using var latest = new LatestFrame();
        for (int i = 0; i < 3; i++)
            latest.Put(Frame(i));

        Assert.True(await latest.WaitAsync());
        using Frame? taken = latest.Take();

        Assert.Equal(2, taken!.Sequence);
        Assert.Equal(2, latest.Dropped);
        Assert.Null(latest.Take());
    }

    [Fact]
    public async Task A_frame_put_before_the_end_can_still_be_taken()
    {
        using var latest = new LatestFrame();
        latest.Put(Frame(7));
        latest.Complete();

        Assert.True(await latest.WaitAsync());
        using Frame? taken = latest.Take();
        Assert.Equal(7, taken!.Sequence);
        Assert.False(await latest.WaitAsync());
    }

    [Fact]
    public async Task Waking_without_a_frame_gives_none()
    {
        using var latest = new LatestFrame();
        latest.Wake();

        Assert.True(await latest.WaitAsync());
        Assert.Null(latest.Take());
    }

    [Fact]
    public void A_forgotten_frame_is_disposed_with_the_slot()
    {
        var pool = new FramePool(1);
        var latest = new LatestFrame();
        Frame frame = pool.Rent(8, 8, PixelFormat.Gray8);
        latest.Put(frame);

        latest.Dispose();

        Assert.Same(frame, pool.Rent(8, 8, PixelFormat.Gray8));
    }

    private Frame Frame(long sequence)
    {
        Frame frame = _pool.Rent(8, 8, PixelFormat.Gray8);
        frame.Sequence = sequence;
        return frame;
    }
}
