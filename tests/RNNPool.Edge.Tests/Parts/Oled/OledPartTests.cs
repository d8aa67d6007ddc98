using Microsoft.Extensions.Options;
using RNNPool.Edge.Hardware.Buses;
using RNNPool.Edge.Parts;
using RNNPool.Edge.Parts.Oled;
using RNNPool.Edge.Tests.Support;

namespace RNNPool.Edge.Tests.Parts.Oled;

/// <summary>The display on a simulated bus: bytes, pictures, and the times at which it dims and darkens.</summary>
public sealed class OledPartTests : IDisposable
{
    private readonly PartBench _bench = new();
    private readonly OledOptions _options = new() { Enabled = true, Simulated = true };
    private readonly SimulatedSsd1306 _panel = new();
    private readonly BusRecorder _bus = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void Initialisation_follows_the_application_note()
    {
        using OledSession session = Open();

        Assert.Equal(
            [
                "00 AE",
                "00 D5 80",
                "00 A8 3F",
                "00 D3 00",
                "00 40",
                "00 8D 14",
                "00 20 00",
                "00 A1",
                "00 C8",
                "00 DA 12",
                "00 81 7F",
                "00 D9 F1",
                "00 DB 20",
                "00 A4",
                "00 A6",
                "00 21 00 7F",
                "00 22 00 00",
            ],
            Sent().Take(17)
        );
        Assert.Equal([.. Enumerable.Repeat((byte)0x40, 1), .. new byte[128]], _bus.Transfers[17].Data.ToArray());
        Assert.False(_panel.IsLit);
    }

    [Fact]
    public void A_classifier_has_a_presence_in_place_of_a_count()
    {
        _bench.Detector.LocatesObjects = false;
        _bench.Detector.Labels = ["person", "dog"];
        using OledSession session = OledSession.Open(
            new SimulatedI2cDevice(1, 0x3C, _panel, _bus),
            _options,
            new DisplaySource(_bench.Occupancy, _bench.Controls, _bench.Health, _bench.Page, _bench.Detector),
            _bench.Page,
            _bench.Signal
        );
        session.Update(TimeSpan.Zero);
        Assert.Equal("absent, detecting", session.Text);

        _bench.Enter(1);
        session.Update(TimeSpan.FromSeconds(1));

        Assert.Equal("present, detecting", session.Text);
    }

    [Fact]
    public void The_first_update_switches_the_panel_on_after_its_memory_is_written()
    {
        using OledSession session = Open();
        _bus.Clear();

        session.Update(TimeSpan.Zero);

        Assert.Equal("00 AF", Sent()[^1]);
        Assert.Equal("00 81 7F", Sent()[^2]);
        Assert.True(_panel.IsLit);
    }

    [Fact]
    public void The_glass_shows_count_state_reason_and_address()
    {
        _bench.Page.Value = new Uri("http://192.168.1.20:8080");
        _bench.Page.RecordOpened();
        _bench.Enter(12);
        _bench.Health.Set("No frame for 5.0 s (limit 2 s).");
        using OledSession session = Open();

        session.Update(TimeSpan.Zero);

        var expected = new PixelCanvas(128, 64);
        int x = expected.Draw("12", 0, 0, 3);
        expected.Draw("faces", x + 4, 14);
        expected.Draw("Problem", 0, 29);
        expected.Draw("No frame for 5.0 s", 0, 38);
        expected.Draw("(limit 2 s).", 0, 47);
        expected.Draw("192.168.1.20:8080", 0, 56);
        Assert.Equal(expected.Data, _panel.Glass().Data);
    }

    [Fact]
    public void A_pause_and_a_secure_address_of_two_lines_are_shown()
    {
        _bench.Page.Value = new Uri("https://front-door.example:8443");
        _bench.Page.RecordOpened();
        _bench.Controls.SetInputPrivacy(true, "test");
        using OledSession session = Open();

        session.Update(TimeSpan.Zero);

        var expected = new PixelCanvas(128, 64);
        int x = expected.Draw("0", 0, 0, 3);
        expected.Draw("present", x + 4, 14);
        expected.Draw("Paused", 0, 29);
        expected.Draw(_bench.Controls.Pause![..19] + "..", 0, 38);
        expected.Draw("https://front-door.ex", 0, 47);
        expected.Draw("ample:8443", 0, 56);
        Assert.Equal(expected.Data, _panel.Glass().Data);
    }

    [Fact]
    public void Only_changed_columns_are_sent()
    {
        _bench.Enter(1);
        using OledSession session = Open();
        session.Update(TimeSpan.Zero);
        session.Update(TimeSpan.FromSeconds(1));
        _bus.Clear();

        session.Update(TimeSpan.FromSeconds(2));
        Assert.Empty(_bus.Transfers);

        _bench.Enter(1);
        session.Update(TimeSpan.FromSeconds(3));

        // The digit has rows 0 to 20 and the noun rows 14 to 20; nothing else changes.
        Assert.Equal(9, Sent().Count);
        Assert.Equal(
            ["00 22 00 00", "00 22 01 01", "00 22 02 02"],
            Sent().Where(line => line.StartsWith("00 22", StringComparison.Ordinal))
        );
        Assert.True(_bus.Transfers.Sum(transfer => transfer.Data.Length) < 160);
    }

    [Fact]
    public void A_picture_that_is_drawn_by_parts_equals_a_fresh_one()
    {
        using OledSession session = Open();
        for (int i = 0; i < 4; i++)
        {
            session.Update(TimeSpan.FromSeconds(i));
            _bench.Enter(i + 1, i % 2 == 0 ? "face" : "dog");
        }

        session.Update(TimeSpan.FromSeconds(4));

        var fresh = new SimulatedSsd1306();
        using OledSession other = Open(fresh, new BusRecorder());
        other.Update(TimeSpan.FromSeconds(4));
        Assert.Equal(fresh.Glass().Data, _panel.Glass().Data);
    }

    [Fact]
    public void A_flipped_display_is_turned()
    {
        _bench.Enter(3);
        using (OledSession upright = Open())
            upright.Update(TimeSpan.Zero);
        PixelCanvas picture = _panel.Glass();
        _options.Flipped = true;
        using OledSession session = Open();
        session.Update(TimeSpan.Zero);

        PixelCanvas turned = _panel.Glass();
        for (int x = 0; x < 128; x++)
        {
            for (int y = 0; y < 64; y++)
                Assert.Equal(picture[x, y], turned[127 - x, 63 - y]);
        }
    }

    [Fact]
    public void It_dims_then_darkens_and_wakes()
    {
        _options.DimAfter = TimeSpan.FromMinutes(1);
        _options.DarkAfter = TimeSpan.FromMinutes(5);
        using OledSession session = Open();

        Assert.Equal(TimeSpan.FromMinutes(1), session.Update(TimeSpan.Zero));
        Assert.Equal(127, _panel.Contrast);
        Assert.Equal(TimeSpan.FromMinutes(4), session.Update(TimeSpan.FromMinutes(1)));
        Assert.Equal(1, _panel.Contrast);
        Assert.True(_panel.IsLit);
        Assert.Equal(Timeout.InfiniteTimeSpan, session.Update(TimeSpan.FromMinutes(5)));
        Assert.False(_panel.IsLit);

        _bench.Enter(1);
        Assert.Equal(Timeout.InfiniteTimeSpan, session.Update(TimeSpan.FromMinutes(6)));
        Assert.True(_panel.IsLit);
        Assert.Equal(127, _panel.Contrast);

        session.Update(TimeSpan.FromMinutes(60));
        Assert.True(_panel.IsLit);
        _bench.Leave();
        Assert.Equal(TimeSpan.FromMinutes(1), session.Update(TimeSpan.FromMinutes(61)));
        Assert.True(_panel.IsLit);
    }

    [Fact]
    public void A_problem_dims_and_stays_on()
    {
        _bench.Health.Set("No camera.");
        using OledSession session = Open();
        session.Update(TimeSpan.Zero);

        session.Update(TimeSpan.FromDays(1));

        Assert.True(_panel.IsLit);
        Assert.Equal(1, _panel.Contrast);
    }

    [Fact]
    public void Zero_neither_dims_nor_darkens()
    {
        (_options.DimAfter, _options.DarkAfter) = (TimeSpan.Zero, TimeSpan.Zero);
        using OledSession session = Open();

        Assert.Equal(Timeout.InfiniteTimeSpan, session.Update(TimeSpan.Zero));
        session.Update(TimeSpan.FromDays(1));

        Assert.True(_panel.IsLit);
        Assert.Equal(127, _panel.Contrast);
    }

    [Fact]
    public void Rest_darkens_it()
    {
        using OledSession session = Open();
        session.Update(TimeSpan.Zero);

        session.Rest();

        Assert.Equal("00 AE", Sent()[^1]);
        Assert.False(_panel.IsLit);
    }

    [Fact]
    public void The_view_shows_the_glass_and_the_transfers()
    {
        var part = new OledPart(Options.Create(_options), _bench, _bench.Source, _bench.Page);
        Assert.False(part.View().On);
        using IPartSession session = part.Open(_bench.Signal);
        _bench.Enter(2);
        session.Update(TimeSpan.Zero);

        PartView view = part.View();

        Assert.Contains("2", view.Text, StringComparison.Ordinal);
        Assert.True(view.On);
        Assert.Equal((128, 64), (view.Pixels!.Width, view.Pixels.Height));

        // The first row of a large 2 has twelve pixels.
        Assert.Equal("FFF0", Convert.ToHexString(Convert.FromBase64String(view.Pixels.Bits)[..2]));
        Assert.Equal(1024, Convert.FromBase64String(view.Pixels.Bits).Length);
        Assert.Equal("> 00 AF", view.Transfers![^1]);
        Assert.Empty(part.DeviceFiles);
    }

    [Fact]
    public void A_bus_that_is_missing_or_fails_is_an_error_with_its_fix()
    {
        _options.Simulated = false;
        var part = new OledPart(Options.Create(_options), _bench, _bench.Source, _bench.Page);
        Assert.Contains("/dev/i2c-1", Assert.Throws<IOException>(() => part.Open(_bench.Signal)).Message, StringComparison.Ordinal);
        Assert.Equal("/dev/i2c-1", Assert.Single(part.DeviceFiles).Path);

        using var failing = new AddressedI2cDevice(new FailingI2cDevice(1, 0x3C));
        IOException exception = Assert.Throws<IOException>(() =>
            OledSession.Open(failing, _options, _bench.Source, _bench.Page, _bench.Signal)
        );
        Assert.Contains("0x3C", exception.Message, StringComparison.Ordinal);
        Assert.Contains("i2cdetect -y 1", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_device_runs_the_display_until_it_stops()
    {
        await using DeviceFixture device = await DeviceFixture.StartAsync(null, ("Oled:Enabled", "true"), ("Oled:Simulated", "true"));
        PartState part = device.Service<PartsStatus>().Find("oled")!;
        await Wait.UntilAsync(() => part.Part.View().On == true, "lit");
        device.Occupancy.Apply(Samples.Event());
        await Wait.UntilAsync(() => part.Part.View().Text == "1 face, detecting", "shown");
        Assert.Null(part.Failure);

        await device.StopAsync();

        Assert.False(part.Part.View().On);
    }

    private OledSession Open() => Open(_panel, _bus);

    private OledSession Open(SimulatedSsd1306 panel, BusRecorder bus) =>
        OledSession.Open(new SimulatedI2cDevice(1, 0x3C, panel, bus), _options, _bench.Source, _bench.Page, _bench.Signal);

    private List<string> Sent() => [.. _bus.Transfers.Select(transfer => Convert.ToHexString(transfer.Data.Span)).Select(Spaced)];

    private static string Spaced(string hex) => string.Join(' ', hex.Chunk(2).Select(pair => new string(pair)));
}
