using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using RNNPool.Edge.Testing;
using RNNPool.Edge.Vision.Cameras;
using RNNPool.Edge.Vision.Frames;
using RNNPool.Edge.Vision.Geometry;

namespace RNNPool.Edge.Vision.Tests.Cameras;

public sealed class SyntheticCameraTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task A_seed_always_gives_the_same_frames_and_another_gives_others()
    {
        byte[] first = await BytesAsync("synthetic:?rate=0&frames=20&seed=3");
        Assert.Equal(first, await BytesAsync("synthetic:?rate=0&frames=20&seed=3"));
        Assert.NotEqual(first, await BytesAsync("synthetic:?rate=0&frames=20&seed=4"));
    }

    [Fact]
    public async Task Shapes_are_where_they_are_said_to_be_and_move_within_the_frame()
    {
        await using var camera = (SyntheticCamera)Create("synthetic:?rate=0&frames=2000&shapes=1&width=160&height=120");
        BoundingBox first = camera.BoxAt(0, 0);
        float farthest = 0;
        while (await camera.ReadAsync(TestContext.Current.CancellationToken) is { } frame)
        {
            using (frame)
            {
                BoundingBox box = camera.BoxAt(0, frame.Sequence);
                Assert.True(box.X >= -0.01 && box.Y >= -0.01 && box.Right <= 160.01 && box.Bottom <= 120.01);
                Assert.True(frame.Data[((int)(box.Y + (box.Height / 2)) * 160) + (int)(box.X + (box.Width / 2))] >= 180);
                int bright = frame.Data.ToArray().Count(level => level >= 180);
                Assert.InRange(bright / (Math.PI / 4 * box.Area), 0.85, 1.15);
                farthest = MathF.Max(farthest, MathF.Abs(box.X - first.X) + MathF.Abs(box.Y - first.Y));
            }
        }

        Assert.True(farthest > 20);
    }

    [Fact]
    public async Task Steady_state_allocates_nothing()
    {
        await using ICamera camera = Create("synthetic:?rate=0");
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        Assert.Equal(
            0,
            Allocation.Least(() =>
            {
                for (int i = 0; i < 20; i++)
                    Allocation.Done(camera.ReadAsync(cancellation))!.Dispose();
            })
        );
    }

    private ICamera Create(string source) => CameraFactory.CreateDefault(_time, NullLoggerFactory.Instance).Create(source);

    private async Task<byte[]> BytesAsync(string source)
    {
        await using ICamera camera = Create(source);
        var bytes = new List<byte>();
        while (await camera.ReadAsync(TestContext.Current.CancellationToken) is { } frame)
        {
            bytes.AddRange(frame.Data);
            frame.Dispose();
        }

        return [.. bytes];
    }
}
