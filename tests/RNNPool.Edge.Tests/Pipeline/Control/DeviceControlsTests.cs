using Microsoft.Extensions.Time.Testing;
using RNNPool.Edge.Cli;
using RNNPool.Edge.Pipeline.Control;
using RNNPool.Edge.Testing;
using RNNPool.Edge.Tests.Support;

namespace RNNPool.Edge.Tests.Pipeline.Control;

public sealed class DeviceControlsTests : IDisposable
{
    private const int ControlChanged = 1150,
        StartsSwitchedOff = 1151,
        RestartRefused = 1152,
        FileNotUsable = 1155,
        FileNotWritten = 1156;

    private readonly FakeTimeProvider _time = new(Samples.Noon);
    private readonly ControlsFixture _fixture;

    public DeviceControlsTests() => _fixture = new ControlsFixture(_time);

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public void By_default_detection_is_on_and_the_threshold_the_configured_one()
    {
        DeviceControls controls = _fixture.Start();

        Assert.True(controls.Active);
        Assert.Null(controls.EnterThreshold);
        Assert.Null(controls.Pause);
        Assert.False(File.Exists(_fixture.File));
        Assert.Empty(_fixture.FileLog.Lines);
    }

    [Fact]
    public void What_was_switched_survives_a_restart_and_the_log_says_that_detection_is_off()
    {
        DeviceControls before = _fixture.Start();
        before.SetDetection(false, "mqtt");
        before.SetEnterThreshold(0.75f, "mqtt");
        before.SetInputPrivacy(true, "GPIO5");

        DeviceControls after = _fixture.Start();

        Assert.False(after.DetectionEnabled);
        Assert.Equal(0.75f, after.EnterThreshold);
        Assert.False(after.InputPrivacy);
        Assert.Single(_fixture.Log.WithId(StartsSwitchedOff));
        Assert.Empty(_fixture.FileLog.Lines);
        Assert.Equal([_fixture.File], Directory.GetFiles(Path.GetDirectoryName(_fixture.File)!));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("""{"detectionEnabled":"no"}""")]
    [InlineData("""{"enterThreshold":7}""")]
    [InlineData("\0\0\0\0")]
    public void A_damaged_file_gives_one_warning_and_the_defaults_and_is_replaced_by_the_next_change(string content)
    {
        File.WriteAllText(_fixture.File, content);

        DeviceControls controls = _fixture.Start();

        Assert.True(controls.Active);
        Assert.Null(controls.EnterThreshold);
        Assert.Equal(_fixture.File, Assert.Single(_fixture.FileLog.WithId(FileNotUsable)).Values["File"]);
        controls.SetDetection(false, "mqtt");
        Assert.False(_fixture.Start().DetectionEnabled);
        Assert.Single(_fixture.FileLog.Warnings);
    }

    [Fact]
    public void A_file_that_is_far_too_long_is_not_read()
    {
        File.WriteAllText(_fixture.File, "{" + new string(' ', 100_000) + "}");

        Assert.True(_fixture.Start().Active);
        Sentence.AssertNames((string?)Assert.Single(_fixture.FileLog.WithId(FileNotUsable)).Values["Reason"], "4096");
    }

    [Fact]
    public void A_file_that_cannot_be_written_is_told_once_and_the_switches_work_all_the_same()
    {
        Directory.CreateDirectory(_fixture.File + ".new");
        DeviceControls controls = _fixture.Start();

        controls.SetDetection(false, "mqtt");
        controls.SetDetection(true, "mqtt");
        controls.SetDetection(false, "mqtt");

        Assert.False(controls.Active);
        Assert.Equal([FileNotWritten], _fixture.FileLog.Events);
    }

    [Fact]
    public void Without_a_folder_the_switches_work_and_are_forgotten()
    {
        DeviceControls controls = _fixture.Start("/proc/nowhere");

        controls.SetDetection(false, "mqtt");

        Assert.False(controls.Active);
        Assert.True(_fixture.Start("/proc/nowhere").Active);
    }

    [Theory]
    [InlineData(0.04f)]
    [InlineData(0.991f)]
    [InlineData(-1f)]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void A_threshold_out_of_range_is_refused_with_a_sentence(float value)
    {
        DeviceControls controls = _fixture.Start();

        var exception = Assert.Throws<ArgumentOutOfRangeException>(() => controls.SetEnterThreshold(value, "mqtt"));

        Sentence.AssertNames(exception.Message, FormattableString.Invariant($"{value}|0.05|0.99"));
        Assert.Null(controls.EnterThreshold);
    }

    [Fact]
    public void Changes_are_told_once_with_who_made_them_and_a_failing_listener_keeps_nobody_from_hearing()
    {
        DeviceControls controls = _fixture.Start();
        var heard = new List<ControlChange>();
        controls.Changed += _ => throw new InvalidOperationException("deaf");
        controls.Changed += heard.Add;

        controls.SetDetection(true, "mqtt");
        controls.SetDetection(false, "mqtt");
        controls.SetDetection(false, "web");
        controls.SetEnterThreshold(0.5f, "mqtt");
        controls.SetEnterThreshold(null, "mqtt");
        controls.SetInputPrivacy(true, "GPIO5");

        Assert.Equal(
            [
                new("detection", "off", "mqtt"),
                new("threshold", "0.5", "mqtt"),
                new("threshold", "default", "mqtt"),
                new("privacy", "on", "GPIO5"),
            ],
            heard
        );
        LoggedEvent changed = _fixture.Log.WithId(ControlChanged)[0];
        Assert.Equal(("mqtt", "detection", "off"), (changed.Values["By"], changed.Values["What"], changed.Values["Value"]));
    }

    [Theory]
    [InlineData(true, false, true)]
    [InlineData(false, false, false)]
    [InlineData(true, true, false)]
    [InlineData(false, true, false)]
    public void Frames_are_looked_at_only_when_switch_and_pin_allow_it(bool detection, bool privacy, bool active)
    {
        DeviceControls controls = _fixture.Start();
        controls.SetDetection(detection, "test");
        controls.SetInputPrivacy(privacy, "test");

        Assert.Equal((active, active), (controls.Active, controls.Pause is null));
    }

    [Fact]
    public void Privacy_lasts_until_every_requester_has_withdrawn()
    {
        DeviceControls controls = _fixture.Start();
        var changes = new List<ControlChange>();
        controls.Changed += changes.Add;

        controls.SetInputPrivacy(true, "gpio", "GPIO5");
        controls.SetInputPrivacy(true, "button");
        controls.SetInputPrivacy(false, "gpio", "GPIO5");
        controls.SetInputPrivacy(false, "gpio", "GPIO6");
        Assert.True(controls.InputPrivacy);
        controls.SetInputPrivacy(false, "button");

        Assert.False(controls.InputPrivacy);
        Assert.Equal([new("privacy", "on", "GPIO5"), new("privacy", "off", "button")], changes);
    }

    [Fact]
    public void A_restart_stops_the_host_once_and_not_within_the_first_minute()
    {
        DeviceControls controls = _fixture.Start();
        _time.Advance(TimeSpan.FromSeconds(59));
        Assert.False(controls.RequestRestart("mqtt"));
        Assert.False(controls.RestartWanted);
        LoggedEvent refused = Assert.Single(_fixture.Log.WithId(RestartRefused));
        Assert.Equal(("mqtt", 59.0, 60.0), (refused.Values["By"], refused.Values["Seconds"], refused.Values["Limit"]));

        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(controls.RequestRestart("mqtt"));
        Assert.True(controls.RequestRestart("mqtt"));

        Assert.True(controls.RestartWanted);
        Assert.Equal(1, _fixture.Lifetime.Stops);
    }
}
