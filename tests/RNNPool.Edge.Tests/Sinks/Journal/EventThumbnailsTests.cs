using RNNPool.Edge.Core;
using RNNPool.Edge.Pipeline;
using RNNPool.Edge.Sinks.Journal;
using RNNPool.Edge.Testing;
using RNNPool.Edge.Tests.Pipeline.Camera;
using RNNPool.Edge.Tests.Support;
using RNNPool.Edge.Vision.Frames;
using RNNPool.Edge.Vision.Presence;

namespace RNNPool.Edge.Tests.Sinks.Journal;

public sealed class EventThumbnailsTests : IDisposable
{
    private readonly JumpingTimeProvider _time = new(Samples.Noon);
    private readonly ControlsFixture _controls;
    private readonly CameraSet _cameras;
    private readonly RecordingLogger<EventJournal> _log = new();

    public EventThumbnailsTests()
    {
        _controls = new ControlsFixture(_time);
        _cameras = new CameraSet(
            [new FakeCamera(_time) { Name = "door" }, new FakeCamera(_time) { Name = "garden" }],
            new ImagePolicy(_controls.Device),
            _time
        );
    }

    public void Dispose()
    {
        _cameras.Dispose();
        _controls.Dispose();
    }

    [Fact]
    public async Task The_picture_is_of_the_camera_of_the_event()
    {
        ValueTask<byte[]?> taking = Take(Samples.Event() with { Camera = "garden" }, thumbnails: true);

        Assert.Equal([false, true], _cameras.Select(camera => camera.Snapshots.Wanted));
        using Frame frame = new FramePool().Rent(320, 240, PixelFormat.Gray8);
        _cameras[1].Snapshots.Offer(frame, [], ["face"]);
        Assert.NotNull(await taking);
        Assert.Empty(_log.Warnings);
    }

    [Theory]
    [InlineData(PresenceEventKind.End, true)]
    [InlineData(PresenceEventKind.Update, true)]
    [InlineData(PresenceEventKind.New, false)]
    public async Task Only_a_new_presence_has_a_picture_and_only_if_the_settings_ask_for_it(PresenceEventKind kind, bool thumbnails)
    {
        Assert.Null(await Take(Samples.Event(kind), thumbnails));
        Assert.All(_cameras, camera => Assert.False(camera.Snapshots.Wanted));
    }

    private ValueTask<byte[]?> Take(PresenceEvent presenceEvent, bool thumbnails) =>
        new EventThumbnails(
            new StaticLive<JournalOptions>(new JournalOptions { Thumbnails = thumbnails }),
            new CameraSnapshots(_cameras, _controls.Start()),
            _log
        ).TakeAsync(presenceEvent, TestContext.Current.CancellationToken);
}
