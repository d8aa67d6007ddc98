using Microsoft.Extensions.Time.Testing;
using RNNPool.Edge.Core;
using RNNPool.Edge.Pipeline;
using RNNPool.Edge.Pipeline.Control;
using RNNPool.Edge.Testing;
using RNNPool.Edge.Tests.Pipeline.Camera;
using RNNPool.Edge.Tests.Pipeline.Inference;
using RNNPool.Edge.Tests.Support;
using RNNPool.Edge.Vision.Frames;
using RNNPool.Edge.Vision.Imaging;

namespace RNNPool.Edge.Tests.Pipeline;

public sealed class CameraSnapshotsTests : IDisposable
{
    private readonly FakeTimeProvider _time = new(Samples.Noon);
    private readonly ControlsFixture _fixture;

    public CameraSnapshotsTests() => _fixture = new ControlsFixture(_time);

    public void Dispose() => _fixture.Dispose();

    [Theory]
    [InlineData(640, 320, 240)]
    [InlineData(100, 100, 75)]
    public async Task The_next_frame_comes_as_a_jpeg_no_wider_than_asked_with_its_boxes(int maxWidth, int width, int height)
    {
        CameraSnapshots snapshots = Snapshots(_fixture.Start());
        ValueTask<byte[]?> waiting = snapshots.TakeAsync("door", maxWidth, TestContext.Current.CancellationToken);
        Assert.True(_fixture.Snapshots.Wanted);

        Offer(box: true);
        byte[] picture = (await waiting)!;

        Assert.False(_fixture.Snapshots.Wanted);
        using Frame decoded = ImageCodec.Decode(picture, "snapshot", new FramePool());
        Assert.Equal((width, height), (decoded.Width, decoded.Height));

        // The frame is grey; only a box brings colour.
        Assert.True(Coloured(decoded));
        ValueTask<byte[]?> again = snapshots.TakeAsync("door", maxWidth, TestContext.Current.CancellationToken);
        Offer(box: false);
        using Frame plain = ImageCodec.Decode((await again)!, "snapshot", new FramePool());
        Assert.False(Coloured(plain));
    }

    [Fact]
    public async Task Several_that_wait_get_the_same_frame()
    {
        CameraSnapshots snapshots = Snapshots(_fixture.Start());
        ValueTask<byte[]?> one = snapshots.TakeAsync("door", 64, TestContext.Current.CancellationToken),
            two = snapshots.TakeAsync("door", 320, TestContext.Current.CancellationToken);

        Offer(box: false);

        Assert.NotNull(await one);
        Assert.NotNull(await two);
    }

    [Fact]
    public async Task Without_a_frame_there_is_no_picture_after_two_seconds()
    {
        ValueTask<byte[]?> waiting = Snapshots(_fixture.Start()).TakeAsync("door", 320, TestContext.Current.CancellationToken);
        _time.Advance(TimeSpan.FromSeconds(2.1));

        Assert.Null(await waiting);
        Assert.False(_fixture.Snapshots.Wanted);
    }

    [Fact]
    public async Task Pictures_that_are_not_allowed_are_not_taken()
    {
        using var fixture = new ControlsFixture(_time, images: false);

        Assert.Null(
            await new CameraSnapshots(fixture.Cameras, fixture.Start()).TakeAsync("door", 320, TestContext.Current.CancellationToken)
        );
        Assert.False(fixture.Snapshots.Wanted);
    }

    [Fact]
    public async Task Privacy_allows_no_picture_not_even_one_that_was_already_on_its_way()
    {
        DeviceControls controls = _fixture.Start();
        CameraSnapshots snapshots = Snapshots(controls);
        ValueTask<byte[]?> waiting = snapshots.TakeAsync("door", 320, TestContext.Current.CancellationToken);
        controls.SetInputPrivacy(true, "GPIO5");
        Offer(box: false);

        Assert.Null(await waiting);
        Assert.Null(await snapshots.TakeAsync("door", 320, TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData(15)]
    [InlineData(4097)]
    public async Task A_width_out_of_range_is_refused_with_a_sentence(int width)
    {
        var exception = await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () =>
            await Snapshots(_fixture.Start()).TakeAsync("door", width, TestContext.Current.CancellationToken)
        );

        Sentence.AssertNames(exception.Message, $"{width}|16|4096");
    }

    [Fact]
    public async Task The_picture_is_of_the_camera_that_is_named()
    {
        using var cameras = new CameraSet(
            [new FakeCamera(_time) { Name = "door" }, new FakeCamera(_time) { Name = "garden" }],
            new ImagePolicy(_fixture.Device),
            _time
        );
        var snapshots = new CameraSnapshots(cameras, _fixture.Start());

        ValueTask<byte[]?> waiting = snapshots.TakeAsync("garden", 320, TestContext.Current.CancellationToken);

        Assert.Equal([false, true], cameras.Select(camera => camera.Snapshots.Wanted));
        using Frame frame = new FramePool().Rent(320, 240, PixelFormat.Gray8);
        cameras[1].Snapshots.Offer(frame, [], ["face"]);
        Assert.NotNull(await waiting);
        Assert.Null(await snapshots.TakeAsync("attic", 320, TestContext.Current.CancellationToken));
    }

    private CameraSnapshots Snapshots(DeviceControls controls) => new(_fixture.Cameras, controls);

    private void Offer(bool box)
    {
        using Frame frame = new FramePool().Rent(320, 240, PixelFormat.Gray8);
        frame.Data.Fill(128);
        _fixture.Snapshots.Offer(frame, box ? [FakeDetector.Face()] : [], ["face"]);
    }

    private static bool Coloured(Frame frame)
    {
        if (frame.Format == PixelFormat.Gray8)
            return false;
        for (int i = 0; i + 2 < frame.Length; i += 4)
        {
            if (Math.Abs(frame.Data[i] - frame.Data[i + 1]) > 60)
                return true;
        }

        return false;
    }
}
