using Microsoft.Extensions.Time.Testing;
using RNNPool.Edge.Cli;
using RNNPool.Edge.Pipeline.Control;
using RNNPool.Edge.Tests.Support;

namespace RNNPool.Edge.Tests.Pipeline.Control;

public sealed class DeviceControlsTests : IDisposable
{
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
        Assert.Contains(_fixture.Log.Warnings, line =>
            line.StartsWith("Detection is off, because it was off when the device stopped", StringComparison.Ordinal)
        );
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
        Assert.StartsWith(_fixture.File + " cannot be used: ", Assert.Single(_fixture.FileLog.Warnings), StringComparison.Ordinal);
        controls.SetDetection(false, "mqtt");
        Assert.False(_fixture.Start().DetectionEnabled);
        Assert.Single(_fixture.FileLog.Warnings);
    }

    [Fact]
    public void A_file_that_is_far_too_long_is_not_read()
    {
        File.WriteAllText(_fixture.File, "{" + new string(' ', 100_000) + "}");

        Assert.True(_fixture.Start().Active);
        Assert.Contains("more than 4096 bytes", Assert.Single(_fixture.FileLog.Warnings), StringComparison.Ordinal);
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
        Assert.StartsWith(
            "Changes of detection and threshold are not stored and will be lost at the next restart: ",
            Assert.Single(_fixture.FileLog.Warnings),
            StringComparison.Ordinal
        );
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

        Assert.Equal(FormattableString.Invariant($"The enter threshold is {value}; it must be from 0.05 to 0.99."), exception.Message);
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
        Assert.Contains("mqtt changed detection to off.", _fixture.Log.Lines);
    }

    [Theory]
    [InlineData(true, false, true, null)]
    [InlineData(false, false, false, "Detection is switched off.")]
    [InlineData(true, true, false, "An input pin requests privacy.")]
    [InlineData(false, true, false, "An input pin requests privacy.")]
    public void Frames_are_looked_at_only_when_switch_and_pin_allow_it(bool detection, bool privacy, bool active, string? pause)
    {
        DeviceControls controls = _fixture.Start();
        controls.SetDetection(detection, "test");
        controls.SetInputPrivacy(privacy, "test");

        Assert.Equal((active, pause), (controls.Active, controls.Pause));
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
        Assert.Equal(
            "The restart that mqtt requested was refused: the device has run for 59 s, and the minimum is 60 s.",
            Assert.Single(_fixture.Log.Warnings)
        );

        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(controls.RequestRestart("mqtt"));
        Assert.True(controls.RequestRestart("mqtt"));

        Assert.True(controls.RestartWanted);
        Assert.Equal(1, _fixture.Lifetime.Stops);
    }
}
