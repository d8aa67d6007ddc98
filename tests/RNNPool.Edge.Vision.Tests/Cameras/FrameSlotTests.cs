using RNNPool.Edge.Vision.Cameras;
using RNNPool.Edge.Vision.Frames;

namespace RNNPool.Edge.Vision.Tests.Cameras;

public sealed class FrameSlotTests
{
    private readonly FramePool _pool = new();

    [Fact]
    public async Task The_newest_frame_wins_and_the_others_go_back_to_their_pool()
    {
        using var slot = new FrameSlot();
        for (int i = 0; i < 3; i++)
            slot.Put(Frame(i));

        Assert.True(await slot.WaitAsync(TestContext.Current.CancellationToken));
        using Frame? taken = slot.TryTake();

        Assert.Equal(2, taken!.Sequence);
        Assert.Equal(2, slot.Dropped);
        Assert.Null(slot.TryTake());
    }

    [Fact]
    public async Task A_frame_put_before_the_end_can_still_be_taken()
    {
        using var slot = new FrameSlot();
        slot.Put(Frame(7));
        slot.Complete();

        Assert.True(await slot.WaitAsync(TestContext.Current.CancellationToken));
        using Frame? taken = slot.TryTake();
        Assert.Equal(7, taken!.Sequence);
        Assert.False(await slot.WaitAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Waking_without_a_frame_gives_none()
    {
        using var slot = new FrameSlot();
        slot.Wake();

        Assert.True(await slot.WaitAsync(TestContext.Current.CancellationToken));
        Assert.Null(slot.TryTake());
    }

    [Fact]
    public void A_forgotten_frame_is_disposed_with_the_slot()
    {
        var pool = new FramePool(1);
        var slot = new FrameSlot();
        Frame frame = pool.Rent(8, 8, PixelFormat.Gray8);
        slot.Put(frame);

        slot.Dispose();

        Assert.Same(frame, pool.Rent(8, 8, PixelFormat.Gray8));
    }

    [Fact]
    public async Task A_reader_gets_every_frame_of_a_lossless_slot_and_then_the_failure()
    {
        using var slot = new FrameSlot(lossless: true);
        Task writer = Task.Run(
            () =>
            {
                for (int i = 0; i < 20; i++)
                    slot.Put(Frame(i));
                slot.Complete(new CameraException("gone."));
            },
            TestContext.Current.CancellationToken
        );
        for (int i = 0; i < 20; i++)
        {
            using Frame? frame = await slot.ReadAsync(TestContext.Current.CancellationToken);
            Assert.Equal(i, frame!.Sequence);
        }

        await Assert.ThrowsAsync<CameraException>(async () => await slot.ReadAsync(TestContext.Current.CancellationToken));
        await writer;
        Assert.Equal(0, slot.Dropped);
        Assert.False(slot.Put(Frame(20)));
    }

    [Fact]
    public async Task A_cancelled_wait_leaves_the_slot_usable()
    {
        using var slot = new FrameSlot();
        using var cancellation = new CancellationTokenSource();
        ValueTask<Frame?> reading = slot.ReadAsync(cancellation.Token);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await reading);

        slot.Put(Frame(1));
        using Frame? frame = await slot.ReadAsync(TestContext.Current.CancellationToken);
        Assert.Equal(1, frame!.Sequence);
    }

    private Frame Frame(long sequence)
    {
        Frame frame = _pool.Rent(8, 8, PixelFormat.Gray8);
        frame.Sequence = sequence;
        return frame;
    }
}
