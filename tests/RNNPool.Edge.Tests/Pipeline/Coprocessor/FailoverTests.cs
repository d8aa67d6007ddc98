using RNNPool.Edge.Cli;
using RNNPool.Edge.Pipeline.Coprocessor;
using RNNPool.Edge.Pipeline.Engines;
using RNNPool.Edge.Vision.Detectors;
using RNNPool.Edge.Vision.Geometry;
using RNNPool.Edge.Vision.Presence;

namespace RNNPool.Edge.Tests.Pipeline.Coprocessor;

public sealed class FailoverTests
{
    [Fact]
    public async Task Frames_go_to_a_coprocessor_that_holds_the_model()
    {
        await using CoprocessorFixture fixture = await CoprocessorFixture.StartAsync();
        fixture.Show(0.75f);

        await fixture.FrameAsync();

        Assert.Equal("coprocessor", fixture.Detector.Engine);
        Assert.Equal([new Detection(0, 0.75f, new BoundingBox(10, 4, 20, 16))], fixture.Found.Items.ToArray());
        Assert.Equal((1, 0, 0), (fixture.Status.CoprocessorFrames, fixture.Status.HostFrames, fixture.Status.Failures));
        Assert.Equal(25, fixture.Status.ComputeMilliseconds);
        Assert.Equal(0, fixture.Host.Calls);
    }

    [Fact]
    public async Task The_settings_cut_what_the_coprocessor_finds()
    {
        await using CoprocessorFixture fixture = await CoprocessorFixture.StartAsync(
            detector: new DetectorOptions { ScoreThreshold = 0.6f, MaxDetections = 2 }
        );
        fixture.Device.Found = [(0, 0, 160, 160, 60000), (160, 0, 160, 160, 55000), (320, 0, 160, 160, 50000), (480, 0, 160, 160, 30000)];
        await fixture.FrameAsync();
        Assert.Equal(2, fixture.Found.Count);

        fixture.Device.Found = [(0, 0, 160, 160, 60000), (160, 0, 160, 160, 30000)];
        await fixture.FrameAsync();
        Assert.Equal(1, fixture.Found.Count);
    }

    [Theory]
    [InlineData((int)Mishap.Hang)]
    [InlineData((int)Mishap.NoResult)]
    [InlineData((int)Mishap.Unplug)]
    [InlineData((int)Mishap.Restart)]
    [InlineData((int)Mishap.EngineFailure)]
    public async Task A_loss_in_the_middle_of_a_frame_costs_at_most_two_seconds_and_no_event(int mishap)
    {
        await using CoprocessorFixture fixture = await CoprocessorFixture.StartAsync();
        fixture.Show();
        for (int i = 0; i < 5; i++)
            await fixture.FrameAsync();
        fixture.Device.Next = (Mishap)mishap;

        TimeSpan lost = await fixture.FrameAsync(atMost: 2);

        Assert.InRange(lost.TotalSeconds, 0, 2);
        Assert.Equal("fake", fixture.Detector.Engine);
        Assert.Equal([5], fixture.Host.Seen);
        Assert.Equal((5, 1, 1), (fixture.Status.CoprocessorFrames, fixture.Status.HostFrames, fixture.Status.Failures));
        Assert.NotNull(fixture.Status.LastError);

        // While it is disconnected the host processes frames at full speed.
        for (int i = 0; i < 5; i++)
            Assert.Equal(TimeSpan.Zero, await fixture.FrameAsync(0.1));
        fixture.Device.Gone = false;
        fixture.Device.Restart();

        // It reconnects without help.
        await fixture.AdvanceAsync(() => fixture.Status.Approved is not null && !fixture.Detector.IsPaused, "the coprocessor is back", 10);
        await fixture.FrameAsync();
        Assert.Equal("coprocessor", fixture.Detector.Engine);
        Assert.Equal([PresenceEventKind.New], fixture.Events.Select(e => e.Type));
    }

    [Theory]
    [InlineData((int)Mishap.AlwaysBusy)]
    [InlineData((int)Mishap.SlowAcknowledge)]
    public async Task A_coprocessor_that_takes_no_messages_costs_every_frame_at_most_its_timeout(int mishap)
    {
        // With a window of one message the frame waits for room while it is sent.
        await using CoprocessorFixture fixture = await CoprocessorFixture.StartAsync(
            options => (options.FrameTimeout, options.MaxRest) = (TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(4)),
            device: device => device.Window = 1
        );
        fixture.Show();
        await fixture.FrameAsync();
        fixture.Device.Next = (Mishap)mishap;
        int frames = 1;
        double lost = 0;
        for (double passed = 0; passed < 30; frames++)
        {
            double frame = (await fixture.FrameAsync(0.2, atMost: 1)).TotalSeconds;
            Assert.InRange(frame, 0, 0.6);
            (lost, passed) = (lost + frame, passed + frame + 0.2);
        }

        // Every frame has its outcome, and the pauses grow: 1, 2, 4, 4 s.
        Assert.Equal(frames, fixture.Status.CoprocessorFrames + fixture.Status.HostFrames);
        Assert.InRange(lost, 0.4, 12 * 0.6);
        Assert.Equal([PresenceEventKind.New], fixture.Events.Where(e => e.Type != PresenceEventKind.Update).Select(e => e.Type));
    }

    [Fact]
    public async Task A_coprocessor_that_is_busy_for_ever_loses_its_session_and_is_used_again_when_it_is_well()
    {
        await using CoprocessorFixture fixture = await CoprocessorFixture.StartAsync(device: device => device.Window = 1);
        fixture.Show();
        fixture.Device.Next = Mishap.AlwaysBusy;
        await fixture.FrameAsync(atMost: 2);

        // The host waits 10 s for the announced silence and 5 s for an acknowledgement.
        await fixture.AdvanceFarAsync(() => fixture.Client.Counters.Timeouts > 0, "the session ends", 16);
        fixture.Device.Restart();
        await fixture.AdvanceAsync(() => fixture.Status.Approved is not null && !fixture.Detector.IsPaused, "the coprocessor is back", 20);
        await fixture.FrameAsync();
        Assert.Equal("coprocessor", fixture.Detector.Engine);
    }

    [Fact]
    public async Task A_coprocessor_that_always_fails_slows_the_device_down_less_and_less()
    {
        await using CoprocessorFixture fixture = await CoprocessorFixture.StartAsync(options => options.MaxRest = TimeSpan.FromSeconds(8));
        fixture.Show();
        (fixture.Device.Next, fixture.Device.Always) = (Mishap.NoResult, true);
        double lost = 0,
            passed = 0;
        while (passed < 30)
        {
            double frame = (await fixture.FrameAsync(0.1)).TotalSeconds;
            (lost, passed) = (lost + frame, passed + frame + 0.1);
        }

        // Rests of 1, 2, 4, 8, 8 s: six attempts of 1.9 s at most in half a minute.
        Assert.InRange(fixture.Device.FramesBegun, 3, 6);
        Assert.InRange(lost, 3, 6 * 2);
        Assert.Equal(0, fixture.Status.CoprocessorFrames);
        Assert.Equal([PresenceEventKind.New], fixture.Events.Where(e => e.Type != PresenceEventKind.Update).Select(e => e.Type));
    }

    [Fact]
    public async Task Without_a_host_engine_frames_are_lost_until_the_coprocessor_is_back()
    {
        await using CoprocessorFixture fixture = await CoprocessorFixture.StartAsync(options => options.Mode = CoprocessorMode.Coprocessor);
        await fixture.FrameAsync();
        Assert.Equal("coprocessor", fixture.Health.Name);
        Assert.Null(fixture.Health.Failure);
        (fixture.Device.Next, fixture.Device.Gone) = (Mishap.Unplug, false);

        await Assert.ThrowsAsync<DetectorUnavailableException>(() => fixture.FrameAsync());
        await fixture.AdvanceAsync(() => NamesDevice(fixture.Health.Failure), "health says why");
        var second = await Assert.ThrowsAsync<DetectorUnavailableException>(() => fixture.FrameAsync());
        Assert.True(NamesDevice(second.Message), second.Message);
        Assert.Null(fixture.Health.Degradation);

        fixture.Device.Gone = false;
        await fixture.AdvanceAsync(() => fixture.Status.Approved is not null && !fixture.Detector.IsPaused, "the coprocessor is back", 10);
        await fixture.FrameAsync();
        Assert.Null(fixture.Health.Failure);
        Assert.Equal(2, fixture.Status.CoprocessorFrames);
    }

    [Fact]
    public async Task In_auto_an_absent_coprocessor_is_a_degradation()
    {
        await using CoprocessorFixture fixture = await CoprocessorFixture.StartAsync(ready: false, device: device => device.Gone = true);
        fixture.Show();

        await fixture.FrameAsync();

        Assert.Equal("fake", fixture.Detector.Engine);
        Assert.Equal(1, fixture.Found.Count);
        Assert.Null(fixture.Health.Failure);
        await fixture.AdvanceAsync(() => NamesDevice(fixture.Health.Degradation), "health says why");
    }

    private static bool NamesDevice(string? sentence) => sentence?.Contains("memory://device", StringComparison.Ordinal) == true;
}
