using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using RNNPool.Edge.Core;
using RNNPool.Edge.Hardware.Buses;
using RNNPool.Edge.Parts;
using RNNPool.Edge.Parts.PanTilt;
using RNNPool.Edge.Pipeline;
using RNNPool.Edge.Pipeline.Camera;
using RNNPool.Edge.Tests.Pipeline.Camera;
using RNNPool.Edge.Tests.Support;
using RNNPool.Edge.Vision.Frames;
using RNNPool.Edge.Vision.Geometry;

namespace RNNPool.Edge.Tests.Parts.PanTilt;

/// <summary>The head in front of a simulated face: convergence, limits, speed, home and privacy.</summary>
public sealed class PanTiltTests
{
    /// <summary>A pulse of a PCA9685 has steps of 4.9 microseconds, 0.44 degrees; its clock is 0.06 % off 50 Hz.</summary>
    private const double Resolution = 0.5;

    private readonly PanTiltOptions _options = new() { Enabled = true, Simulated = true };

    public static TheoryData<PanTiltDriver, bool, double, double> Faces
    {
        get
        {
            var rows = new TheoryData<PanTiltDriver, bool, double, double>();
            foreach (PanTiltDriver driver in Enum.GetValues<PanTiltDriver>())
            {
                rows.Add(driver, false, 25, -15);
                rows.Add(driver, true, 25, -15);
                rows.Add(driver, false, -28, 20);
                rows.Add(driver, true, 4, 3);
            }

            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(Faces))]
    public void It_turns_until_the_face_is_in_the_dead_zone_and_rests(PanTiltDriver driver, bool inverted, double pan, double tilt)
    {
        _options.Driver = driver;
        (_options.Pan.Inverted, _options.Tilt.Inverted) = (inverted, inverted);
        using var scene = new SimulatedScene(_options) { Face = (pan, tilt) };

        scene.Run(4);

        Assert.InRange(Math.Abs(pan - scene.Pan) / _options.HorizontalView, 0, _options.DeadZone + 0.01);
        Assert.InRange(Math.Abs(tilt - scene.Tilt) / _options.VerticalView, 0, _options.DeadZone + 0.01);

        // It turns to the face and not beyond it.
        Assert.All(scene.Track, sample => Assert.InRange(Math.Abs(sample.Pan), -Resolution, Math.Abs(pan) + Resolution));
        Assert.All(scene.Track, sample => Assert.InRange(Math.Abs(sample.Tilt), -Resolution, Math.Abs(tilt) + Resolution));
        long transfers = scene.Bus.Bytes;
        double rest = scene.Pan;
        scene.Run(4);
        Assert.Equal(transfers, scene.Bus.Bytes);
        Assert.Equal(rest, scene.Pan);
    }

    [Fact]
    public void It_follows_a_face_that_walks_and_stays_below_the_greatest_speed()
    {
        using var scene = new SimulatedScene(_options) { Face = (0, 0) };
        scene.Run(1);
        for (int i = 0; i < 100; i++)
        {
            scene.Face = (i * 0.6, 0);
            scene.Run(0.1);
            Assert.InRange(scene.Face.Value.Pan - scene.Pan, -2, _options.HorizontalView / 2);
        }

        scene.Run(2);
        Assert.InRange(Math.Abs(59.4 - scene.Pan) / _options.HorizontalView, 0, _options.DeadZone + 0.01);
        AssertSpeed(scene);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.1)]
    [InlineData(0.35)]
    public void A_face_beyond_the_limits_never_turns_it_beyond_them(double latency)
    {
        (_options.Pan.Min, _options.Pan.Max, _options.Tilt.Min, _options.Tilt.Max) = (-20, 30, -5, 10);
        _options.Gain = 1;
        using var scene = new SimulatedScene(_options) { Latency = TimeSpan.FromSeconds(latency) };
        var random = new Random(2);
        for (int i = 0; i < 100; i++)
        {
            scene.Face = (scene.Pan + random.Next(-30, 30), scene.Tilt + random.Next(-24, 24));
            scene.Run(0.4);
        }

        Assert.All(scene.Track, sample => Assert.InRange(sample.Pan, -20 - Resolution, 30 + Resolution));
        Assert.All(scene.Track, sample => Assert.InRange(sample.Tilt, -5 - Resolution, 10 + Resolution));
        Assert.Contains(scene.Track, sample => sample.Pan > 29);
        Assert.Contains(scene.Track, sample => sample.Tilt < -4);
        AssertSpeed(scene);
    }

    [Fact]
    public void Without_a_face_it_returns_home_and_then_rests()
    {
        (_options.Pan.Home, _options.HomeAfter) = (-10, TimeSpan.FromSeconds(5));
        using var scene = new SimulatedScene(_options) { Face = (15, 20) };
        scene.Run(3);
        Assert.True(scene.Pan > 5);
        Assert.Equal("follows a face", scene.Shown.Text);
        double before = scene.Pan;

        scene.Face = null;
        scene.Run(4.5);
        Assert.Equal(before, scene.Pan);
        scene.Run(3);

        Assert.InRange(scene.Pan, -10 - Resolution, -10 + Resolution);
        Assert.InRange(scene.Tilt, -Resolution, Resolution);
        Assert.Equal("at home", scene.Shown.Text);
        Assert.Equal([0, 0], scene.Shown.Angles.Select(angle => Math.Round(angle)));
        int updates = scene.Updates;
        scene.Run(60);
        Assert.Equal(updates, scene.Updates);
        AssertSpeed(scene);
    }

    [Fact]
    public void Zero_leaves_it_where_the_face_was()
    {
        _options.HomeAfter = TimeSpan.Zero;
        using var scene = new SimulatedScene(_options) { Face = (20, 0) };
        scene.Run(3);
        double before = scene.Pan;

        scene.Face = null;
        scene.Run(120);

        Assert.Equal(before, scene.Pan);
    }

    [Fact]
    public void In_privacy_nothing_moves()
    {
        _options.HomeAfter = TimeSpan.FromSeconds(2);
        using var scene = new SimulatedScene(_options) { Face = (25, 10) };
        scene.Run(0.6);
        scene.Bench.Controls.SetInputPrivacy(true, "test");
        scene.Update();
        double before = scene.Pan;
        long bytes = scene.Bus.Bytes;

        scene.Run(20);
        Assert.Equal((before, bytes), (scene.Pan, scene.Bus.Bytes));
        Assert.Equal("paused", scene.Shown.Text);

        scene.Bench.Controls.SetInputPrivacy(false, "test");
        scene.Run(4);
        Assert.True(scene.Pan > 15);
    }

    [Fact]
    public void The_largest_face_with_a_sufficient_score_counts()
    {
        _options.Gain = 1;
        using var scene = new SimulatedScene(_options);
        scene.Run(0.1);

        scene.Lend(
            FrameTime.Now(scene.Bench.Time),
            new Detection(0, 0.9f, new BoundingBox(0, 100, 30, 30)),
            new Detection(0, 0.7f, new BoundingBox(220, 90, 60, 60)),
            new Detection(0, 0.5f, new BoundingBox(0, 0, 200, 200))
        );
        scene.Update();
        scene.Run(3);

        // The middle of the second is at 250 of 320 pixels.
        Assert.InRange(scene.Pan, (250 / 320.0 - 0.5) * 62 - 1, ((250 / 320.0) - 0.5) * 62 + 1);
    }

    [Theory]
    [InlineData(PanTiltDriver.Pca9685)]
    [InlineData(PanTiltDriver.Pwm)]
    public void Rest_returns_home_at_the_greatest_speed_and_ends_the_pulses(PanTiltDriver driver)
    {
        _options.Driver = driver;
        _options.MaxSpeed = 600;
        using var scene = new SimulatedScene(_options) { Face = (4, 5) };
        scene.Run(3);

        scene.Session.Rest();

        Assert.True(scene.Pauses.Count is > 0 and < 10);
        Assert.Equal(double.NaN, scene.Pan);
        Assert.Equal([0, 0], scene.Shown.Angles);
    }

    [Fact]
    public void A_long_way_home_is_left_to_the_servo()
    {
        _options.MaxSpeed = 10;
        using var scene = new SimulatedScene(_options) { Face = (30, 20) };
        scene.Run(10);
        Assert.True(scene.Pan > 20);

        scene.Session.Rest();

        Assert.Equal(TimeSpan.FromSeconds(0.36), scene.Pauses.Aggregate(TimeSpan.Zero, (sum, pause) => sum + pause));
        Assert.InRange(scene.Pan, -Resolution, Resolution);
    }

    [Fact]
    public void Dispose_ends_the_subscription_to_frames()
    {
        var scene = new SimulatedScene(_options);
        Assert.True(scene.Tap.Wanted);

        scene.Dispose();

        Assert.False(scene.Tap.Wanted);
    }

    [Fact]
    public void The_first_camera_by_name_is_followed_unless_one_is_named()
    {
        using var bench = new PartBench();
        ICameraFactory[] factories = [new FakeCamera(bench.Time) { Name = "yard" }, new FakeCamera(bench.Time) { Name = "door" }];
        using var cameras = new CameraSet(factories, new ImagePolicy(new StaticLive<DeviceOptions>(new DeviceOptions())), bench.Time);
        var part = new PanTiltPart(Options.Create(_options), bench, cameras, bench.Controls, bench.Time);

        using (part.Open(bench.Signal))
            Assert.Equal(["door"], Followed());
        _options.Camera = "yard";
        using (part.Open(bench.Signal))
            Assert.Equal(["yard"], Followed());
        _options.Camera = "attic";
        Assert.Contains("door", Assert.Throws<IOException>(() => part.Open(bench.Signal)).Message, StringComparison.Ordinal);

        IEnumerable<string> Followed() => cameras.Where(camera => camera.Tap.Wanted).Select(camera => camera.Name);
    }

    [Theory]
    [InlineData(PanTiltDriver.Pca9685, "/dev/i2c-1")]
    [InlineData(PanTiltDriver.Pwm, "pwmchip0")]
    public void A_missing_source_of_pulses_is_an_error_with_its_fix(PanTiltDriver driver, string named)
    {
        (_options.Simulated, _options.Driver) = (false, driver);
        using var bench = new PartBench();

        Assert.Contains(named, Assert.Throws<IOException>(() => ServoPair.Open(_options, bench)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_device_turns_to_its_face()
    {
        await using DeviceFixture device = await DeviceFixture.StartAsync(null, ("PanTilt:Enabled", "true"), ("PanTilt:Simulated", "true"));
        IPart part = device.Service<PartsStatus>().Find("pan-tilt")!.Part;
        await Wait.UntilAsync(() => part.View().Text == "at home", "open");
        device.Detector.Found = [new Detection(0, 0.9f, new BoundingBox(44, 12, 20, 24))];

        await device.FrameAsync();
        await Wait.AdvanceUntilAsync(device.Time, TimeSpan.FromSeconds(0.02), () => part.View().Angles![0] > 5, "turned");

        await device.StopAsync();
        Assert.Equal([0, 0], part.View().Angles);
    }

    private void AssertSpeed(SimulatedScene scene)
    {
        // Over a second, so that the steps of the pulses and of the motion do not count.
        for (int i = 100; i < scene.Track.Count; i++)
        {
            Assert.InRange(Math.Abs(scene.Track[i].Pan - scene.Track[i - 100].Pan), 0, (_options.MaxSpeed * 1.05) + (2 * Resolution));
            Assert.InRange(Math.Abs(scene.Track[i].Tilt - scene.Track[i - 100].Tilt), 0, (_options.MaxSpeed * 1.05) + (2 * Resolution));
        }
    }
}
