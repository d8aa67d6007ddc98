using RNNPool.Edge.Parts.Buzzer;
using RNNPool.Edge.Parts.LightSensor;
using RNNPool.Edge.Vision.Presence;
using static RNNPool.Edge.Tests.Parts.InputBench;

namespace RNNPool.Edge.Tests.Parts.Buzzer;

public sealed class BuzzerOptionsTests
{
    private readonly PresenceOptions _presence = new();
    private readonly LightSensorOptions _light = new();

    [Fact]
    public void Both_kinds_are_allowed_but_not_together()
    {
        Assert.Empty(Validate(new BuzzerOptions()));
        Assert.Empty(Validate(new BuzzerOptions { Pin = "25" }));
        Assert.Empty(Validate(new BuzzerOptions { PwmChannel = 0 }));
        Assert.Contains(
            "Buzzer:PwmChannel",
            Assert.Single(Validate(new BuzzerOptions { Pin = "25", PwmChannel = 0 })),
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("door", "Buzzer:Source")]
    [InlineData("heartbeat", "Buzzer:Source")]
    [InlineData("zone:yard", "Buzzer:Source")]
    [InlineData("zone:porch", null)]
    [InlineData("label:face", null)]
    public void A_source_is_presence_of_a_known_zone(string source, string? key)
    {
        _presence.Zones = [new ZoneOptions { Name = "porch", Polygon = "0,0 1,0 1,1" }];

        Check(key, new BuzzerOptions { Pin = "25", Source = source });
    }

    [Theory]
    [InlineData(10, 2, null)]
    [InlineData(10, 1.9, "Buzzer:RepeatInterval")]
    [InlineData(11, 10, "Buzzer:Beeps")]
    public void An_alarm_fits_into_its_interval(int beeps, double interval, string? key) =>
        Check(
            key,
            new BuzzerOptions
            {
                Beeps = beeps,
                BeepTime = Seconds(0.1),
                PauseTime = Seconds(0.1),
                RepeatInterval = Seconds(interval),
            }
        );

    [Fact]
    public void Quiet_in_darkness_needs_a_light_sensor()
    {
        Check("Buzzer:QuietWhenDark", new BuzzerOptions { QuietWhenDark = true });

        _light.Enabled = true;
        Check(null, new BuzzerOptions { QuietWhenDark = true });
    }

    private void Check(string? key, BuzzerOptions options)
    {
        IEnumerable<string> failures = Validate(options);
        if (key is null)
            Assert.Empty(failures);
        else
            Assert.StartsWith(key, Assert.Single(failures), StringComparison.Ordinal);
    }

    private IEnumerable<string> Validate(BuzzerOptions options) =>
        new BuzzerOptionsValidator(Options(_presence), Options(_light)).Validate(null, options).Failures ?? [];
}
