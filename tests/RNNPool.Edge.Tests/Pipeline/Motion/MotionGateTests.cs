using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using RNNPool.Edge.Cli;
using RNNPool.Edge.Core;
using RNNPool.Edge.Pipeline;
using RNNPool.Edge.Pipeline.Camera;
using RNNPool.Edge.Pipeline.Inference;
using RNNPool.Edge.Pipeline.Motion;
using RNNPool.Edge.Testing;
using RNNPool.Edge.Tests.Support;
using RNNPool.Edge.Vision.Frames;
using RNNPool.Edge.Vision.Geometry;
using RNNPool.Edge.Vision.Presence;

namespace RNNPool.Edge.Tests.Pipeline.Motion;

public sealed class MotionGateTests : IDisposable
{
    private readonly FakeTimeProvider _time = new(Samples.Noon);
    private readonly FramePool _pool = new();
    private readonly FrameDemand _demand = new();
    private readonly DeviceMetrics _metrics = new();
    private readonly List<Presence> _present = [];
    private readonly StaticLive<PresenceOptions> _presence = new(new PresenceOptions());
    private readonly IFrameGate _gate;

    public MotionGateTests() =>
        _gate = new MotionGateFactory(Options.Create(new MotionOptions { Enabled = true }), _presence, _metrics, _time).Create(_demand);

    public void Dispose() => _metrics.Dispose();

    [Fact]
    public void A_still_scene_is_looked_at_for_the_hold_time_and_then_three_frames_every_three_seconds()
    {
        Assert.All(Frames(25), Assert.True);
        Assert.False(_demand.IsIdle);
        IReadOnlyList<bool> quiet = Frames(300);
        Assert.True(_demand.IsIdle);

        // Five frames a second: after fifteen shut ones come three open ones.
        int longest = quiet
            .Aggregate((Run: 0, Longest: 0), (state, open) =>
                open ? (0, state.Longest) : (state.Run + 1, Math.Max(state.Longest, state.Run + 1))
            )
            .Longest;
        Assert.InRange(longest, 12, 16);
        Assert.InRange(quiet.Count(open => open), 300 / 18 * 3 - 4, (300 / 18 * 3) + 6);
    }

    [Fact]
    public void The_length_of_a_burst_follows_the_settings()
    {
        Frames(100);
        _presence.Current = new PresenceOptions { HistoryLength = 7 };
        IReadOnlyList<bool> quiet = Frames(200);
        int longest = quiet
            .Aggregate((Run: 0, Longest: 0), (state, open) =>
                open ? (state.Run + 1, Math.Max(state.Longest, state.Run + 1)) : (0, state.Longest)
            )
            .Longest;
        Assert.Equal(7, longest);
    }

    [Fact]
    public void Motion_opens_the_gate_with_that_very_frame_and_the_hold_keeps_it_open()
    {
        Frames(100);
        Assert.True(_demand.IsIdle);
        Assert.All(Frames(10, moving: true), Assert.True);
        Assert.False(_demand.IsIdle);
        Assert.All(Frames(24), Assert.True);
        Assert.Contains(false, Frames(20));
    }

    [Fact]
    public void While_somebody_is_there_every_frame_is_looked_at_however_still_it_is()
    {
        Frames(100);
        _present.Add(
            new Presence("a", "face", 0.9f, 0.9f, new BoundingBox(10, 10, 40, 40), 160, 120, Samples.Noon, Samples.Noon)
            {
                Stationary = false,
                Zones = [],
            }
        );
        Assert.All(Frames(2000), Assert.True);
        Assert.False(_demand.IsIdle);
        _present.Clear();
        Assert.All(Frames(24), Assert.True);
    }

    [Fact]
    public void Somebody_who_has_always_been_there_and_never_moves_is_announced()
    {
        // The detector sees nothing at first, as if the face came into its reach without a trace of motion.
        var tracker = new PresenceTracker(new PresenceOptions(), "door", ["face"]);
        var events = new List<PresenceEvent>();
        Detection[] face = [new Detection(0, 0.9f, new BoundingBox(60, 40, 40, 50))];
        int announced = -1;
        for (int i = 0; i < 200 && announced < 0; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(0.2));
            _present.Clear();
            tracker.CopyActive(_present);
            using Frame frame = Still();
            if (_gate.Admit(frame, _present))
                tracker.Update(new FrameMetadata(FrameTime.Now(_time), 160, 120), i < 50 ? [] : face, events);
            else
                tracker.Advance(FrameTime.Now(_time), events);
            if (events.Any(raised => raised.Type == PresenceEventKind.New))
                announced = i;
        }

        Assert.InRange(announced, 50, 50 + 22);
    }

    [Theory]
    [InlineData("Threshold", "1", "Motion:Threshold|1|2|200")]
    [InlineData("Mask", "0,0 1,0", "Motion:Masks:0|'0,0 1,0'|3|32")]
    [InlineData("Mask", "0,0 1,0 1,1 0,1", "Motion:Masks")]
    [InlineData("Refresh", "00:01:00", "Motion:Refresh|00:01:00|00:00:00.5|00:00:05")]
    public void Wrong_settings_are_told(string key, string value, string names)
    {
        var options = new MotionOptions();
        if (key == "Threshold")
            options.Threshold = int.Parse(value, System.Globalization.CultureInfo.InvariantCulture);
        if (key == "Mask")
            options.Masks = [value];
        if (key == "Refresh")
            options.Refresh = TimeSpan.Parse(value, System.Globalization.CultureInfo.InvariantCulture);
        ValidateOptionsResult result = new MotionOptionsValidator().Validate(null, options);
        Sentence.AssertNames(string.Join(' ', result.Failures ?? []), names);
        Assert.True(new MotionOptionsValidator().Validate(null, new MotionOptions { Masks = ["0,0 1,0 1,0.3 0,0.3"] }).Succeeded);
    }

    [Theory]
    [InlineData("false")]
    [InlineData("true")]
    public async Task The_device_has_a_gate_only_when_it_is_switched_on(string enabled)
    {
        await using DeviceFixture device = await DeviceFixture.StartAsync(null, ("Motion:Enabled", enabled));
        Assert.Equal(enabled == "true", device.Service<IReadOnlyList<CameraPipeline>>()[0].Gate is MotionGate);
    }

    private List<bool> Frames(int count, bool moving = false)
    {
        var open = new List<bool>();
        for (int i = 0; i < count; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(0.2));
            using Frame frame = Still();
            if (moving)
            {
                for (int y = 40; y < 80; y++)
                    frame.Data.Slice((y * 160) + (10 * i), 30).Fill(220);
            }

            open.Add(_gate.Admit(frame, _present));
        }

        return open;
    }

    private Frame Still()
    {
        Frame frame = _pool.Rent(160, 120, PixelFormat.Gray8);
        for (int i = 0; i < frame.Length; i++)
            frame.Data[i] = (byte)(60 + (i % 160 / 2));
        return frame;
    }
}
