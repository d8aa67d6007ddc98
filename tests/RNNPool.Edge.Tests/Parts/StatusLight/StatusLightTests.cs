using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using RNNPool.Edge.Link.Coprocessor;
using RNNPool.Edge.Link.Transports;
using RNNPool.Edge.Parts;
using RNNPool.Edge.Parts.StatusLight;
using RNNPool.Edge.Pipeline.Coprocessor;
using RNNPool.Edge.Tests.Support;

namespace RNNPool.Edge.Tests.Parts.StatusLight;

/// <summary>The LEDs of a simulated chain: what they show, when they change, and when the bus is quiet.</summary>
public sealed class StatusLightTests : IDisposable
{
    private static readonly Rgb Off = new(0, 0, 0),
        Green = new(0, 51, 0),
        Cyan = new(0, 40, 51),
        Red = new(51, 0, 0),
        Blue = new(0, 0, 51);

    private readonly PartBench _bench = new();
    private readonly StatusLightOptions _options = new()
    {
        Enabled = true,
        Simulated = true,
        Count = 4,
        Breathing = false,
    };
    private readonly AmbientLight _ambient;
    private StatusLightPart _part;

    public StatusLightTests()
    {
        _ambient = new AmbientLight(_bench.Triggers);
        _part = Create();
    }

    public void Dispose() => _bench.Dispose();

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    [InlineData(3, 3)]
    [InlineData(4, 4)]
    [InlineData(9, 4)]
    public void Each_present_object_lights_one_of_them(int present, int lit)
    {
        _bench.Enter(present);
        using IPartSession session = _part.Open(_bench.Signal);

        Assert.Equal(Timeout.InfiniteTimeSpan, session.Update(TimeSpan.Zero));

        Assert.Equal([.. Enumerable.Repeat(Green, lit), .. Enumerable.Repeat(Off, 4 - lit)], Colors());
    }

    [Fact]
    public void A_model_that_does_not_count_lights_all_of_them()
    {
        _bench.Detector.LocatesObjects = false;
        _bench.Enter(1);
        using IPartSession session = _part.Open(_bench.Signal);

        session.Update(TimeSpan.Zero);

        Assert.Equal([.. Enumerable.Repeat(Green, 4)], Colors());
        Assert.Equal("present", _part.View().Text);
    }

    [Fact]
    public void The_colour_follows_the_engine_and_a_change_wakes_the_light()
    {
        var client = new CoprocessorClient(
            LinkEndpoint.Parse("unix:///x"),
            new CoprocessorClientOptions(),
            _bench.Time,
            NullLogger<CoprocessorClient>.Instance
        );
        var coprocessor = new CoprocessorStatus(client, _bench.Time);
        _part = Create(coprocessor);
        _bench.Enter(1);
        using (IPartSession session = _part.Open(_bench.Signal))
        {
            session.Update(TimeSpan.Zero);
            Assert.Equal(Green, Colors()[0]);

            coprocessor.CountCoprocessorFrame(new CoprocessorResult());
            Assert.True(IsAwake(within: Wait.Patience));
            session.Update(TimeSpan.FromSeconds(1));
            Assert.Equal(Cyan, Colors()[0]);

            coprocessor.CountCoprocessorFrame(new CoprocessorResult());
            Assert.False(IsAwake(within: TimeSpan.FromMilliseconds(20)));
            coprocessor.CountHostFrame();
            Assert.True(IsAwake(within: Wait.Patience));
            session.Update(TimeSpan.FromSeconds(2));
            Assert.Equal(Green, Colors()[0]);
        }

        coprocessor.CountCoprocessorFrame(new CoprocessorResult());
        Assert.False(IsAwake(within: TimeSpan.FromMilliseconds(20)));
    }

    [Fact]
    public void A_problem_blinks_red_once_a_second()
    {
        _bench.Enter(2);
        _bench.Health.Set("No camera.");
        using IPartSession session = _part.Open(_bench.Signal);
        var seen = new List<Rgb>();
        TimeSpan now = TimeSpan.FromSeconds(0.2);
        for (int i = 0; i < 4; i++)
        {
            TimeSpan wait = session.Update(now);
            seen.Add(Colors().Distinct().Single());
            now += wait;
        }

        Assert.Equal([Red, Off, Red, Off], seen);
        Assert.Equal(TimeSpan.FromSeconds(2), now);
    }

    [Fact]
    public void Privacy_is_blue_even_when_nothing_else_works()
    {
        _bench.Health.Set("No camera.");
        _bench.Controls.SetInputPrivacy(true, "test");
        using IPartSession session = _part.Open(_bench.Signal);

        Assert.Equal(Timeout.InfiniteTimeSpan, session.Update(TimeSpan.Zero));

        Assert.Equal(Blue, Colors().Distinct().Single());
        Assert.Equal("paused", _part.View().Text);
    }

    [Fact]
    public void Breathing_is_slow_and_updates_ten_times_a_second_at_most()
    {
        (_options.Breathing, _options.Brightness) = (true, 100);
        using IPartSession session = _part.Open(_bench.Signal);
        var seen = new List<int>();
        for (TimeSpan now = TimeSpan.Zero; now < TimeSpan.FromSeconds(10); )
        {
            TimeSpan wait = session.Update(now);
            Assert.True(wait >= TimeSpan.FromSeconds(0.1));
            now += wait;
            seen.Add(Colors().Distinct().Single().G);
        }

        Assert.Equal(0, seen.Min());
        Assert.Equal(102, seen.Max());
        Assert.All(seen.Zip(seen.Skip(1)), pair => Assert.InRange(Math.Abs(pair.First - pair.Second), 0, 8));
        Assert.Equal(seen.Take(50), seen.Skip(50));

        _bench.Enter(1);
        Assert.Equal(Timeout.InfiniteTimeSpan, session.Update(TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public void Equal_colours_are_not_sent_again()
    {
        using IPartSession session = _part.Open(_bench.Signal);
        session.Update(TimeSpan.Zero);
        Assert.Single(_part.View().Transfers!);

        session.Update(TimeSpan.FromSeconds(1));
        Assert.Single(_part.View().Transfers!);

        _bench.Enter(1);
        session.Update(TimeSpan.FromSeconds(2));
        Assert.Equal(2, _part.View().Transfers!.Count);
    }

    [Fact]
    public void They_are_off_in_the_dark_unless_the_setting_says_otherwise()
    {
        _bench.Enter(2);
        using IPartSession session = _part.Open(_bench.Signal);
        session.Update(TimeSpan.Zero);

        _ambient.IsDark = true;
        session.Update(TimeSpan.FromSeconds(1));
        Assert.Equal(Off, Colors().Distinct().Single());

        _options.OffInTheDark = false;
        session.Update(TimeSpan.FromSeconds(2));
        Assert.Equal(Green, Colors()[0]);
    }

    [Theory]
    [InlineData("22:00", "06:30", "21:59:30", false, 30)]
    [InlineData("22:00", "06:30", "22:00:00", true, 60)]
    [InlineData("22:00", "06:30", "00:00:00", true, 60)]
    [InlineData("22:00", "06:30", "06:29:50", true, 10)]
    [InlineData("22:00", "06:30", "06:30:00", false, 60)]
    [InlineData("01:00", "02:00", "01:30:00", true, 60)]
    [InlineData("01:00", "02:00", "12:00:00", false, 60)]
    [InlineData("01:00", "01:00", "01:00:00", false, 60)]
    public void They_are_off_at_night(string from, string until, string time, bool night, int wait)
    {
        (_options.NightFrom, _options.NightUntil) = (from, until);
        _bench.Time.SetUtcNow(Samples.Noon.Date.AddDays(1) + TimeSpan.Parse(time, System.Globalization.CultureInfo.InvariantCulture));
        _bench.Enter(1);
        using IPartSession session = _part.Open(_bench.Signal);

        Assert.Equal(TimeSpan.FromSeconds(wait), session.Update(TimeSpan.Zero));

        Assert.Equal(night ? Off : Green, Colors()[0]);
    }

    [Fact]
    public void Rest_switches_them_off()
    {
        _bench.Enter(4);
        using IPartSession session = _part.Open(_bench.Signal);
        session.Update(TimeSpan.Zero);
        Assert.True(_part.View().On);

        session.Rest();

        Assert.Equal(Off, Colors().Distinct().Single());
        Assert.False(_part.View().On);
    }

    [Fact]
    public void A_missing_bus_is_an_error_with_its_fix()
    {
        _options.Simulated = false;

        Assert.Contains("/dev/spidev", Assert.Throws<IOException>(() => _part.Open(_bench.Signal)).Message, StringComparison.Ordinal);
        Assert.Equal("/dev/spidev0.0", Assert.Single(_part.DeviceFiles).Path);
        Assert.Equal(4, _part.View().Colors!.Count);
    }

    [Fact]
    public async Task A_device_runs_the_light_until_it_stops()
    {
        await using DeviceFixture device = await DeviceFixture.StartAsync(
            null,
            ("StatusLight:Enabled", "true"),
            ("StatusLight:Simulated", "true"),
            ("StatusLight:Breathing", "false")
        );
        IPart part = device.Service<PartsStatus>().Find("status-light")!.Part;
        device.Occupancy.Apply(Samples.Event());
        await Wait.UntilAsync(() => part.View().Colors![0] == "#003300", "lit");

        await device.StopAsync();

        // The stop of the device does not wait for a slow bus for long.
        await Wait.UntilAsync(() => part.View().On == false, "off");
    }

    private StatusLightPart Create(params CoprocessorStatus[] coprocessors) =>
        new(Options.Create(_options), _bench, _bench.Source, _ambient, coprocessors, _bench.Time);

    private Rgb[] Colors() => [.. _part.View().Colors!.Select(Rgb.Parse)];

    private bool IsAwake(TimeSpan within)
    {
        using var soon = new CancellationTokenSource(within);
        try
        {
            _bench.Signal.Wait(Timeout.InfiniteTimeSpan, soon.Token);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
