using Microsoft.Extensions.Options;
using RNNPool.Edge.Hardware.Buses;
using RNNPool.Edge.Parts;
using RNNPool.Edge.Parts.Lcd;
using RNNPool.Edge.Tests.Support;

namespace RNNPool.Edge.Tests.Parts.Lcd;

/// <summary>The character display on a simulated bus: bytes, rows, pages and the backlight.</summary>
public sealed class LcdPartTests : IDisposable
{
    private readonly PartBench _bench = new();
    private readonly LcdOptions _options = new() { Enabled = true, Simulated = true };
    private readonly SimulatedHd44780 _display = new();
    private readonly BusRecorder _bus = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void Initialisation_follows_the_datasheet()
    {
        using LcdSession session = Open();

        // Three function sets of 8 bits and one of 4, with the binding's empty nibbles between; then 2 lines, on, increment, clear.
        byte[] nibbles = [0, 3, 0, 3, 0, 3, 0, 2];
        byte[] instructions = [0x04, 0x28, 0x0C, 0x06, 0x01];
        byte[] expected =
        [
            .. nibbles
                .Concat(instructions.SelectMany(value => (byte[])[(byte)(value >> 4), (byte)(value & 15)]))
                .SelectMany(nibble => Pulse(nibble)),
        ];
        Assert.Equal(expected, _bus.Transfers.SelectMany(transfer => transfer.Data.ToArray()));
        Assert.Equal(["", ""], Rows());
        Assert.True(_display.IsLit);
    }

    [Fact]
    public void An_update_writes_only_changed_characters()
    {
        _bench.Enter(2);
        using LcdSession session = Open();
        session.Update(TimeSpan.Zero);
        Assert.Equal(["2 faces", "Detecting"], Rows());
        _bus.Clear();

        session.Update(TimeSpan.FromSeconds(1));
        Assert.Empty(_bus.Transfers);
        _bench.Enter(1);
        session.Update(TimeSpan.FromSeconds(2));

        // Cursor to the first column, then the digit with RS.
        byte[] expected = [.. Pulse(0x8), .. Pulse(0x0), .. Pulse(0x3, 1), .. Pulse(0x3, 1)];
        Assert.Equal(expected, _bus.Transfers.SelectMany(transfer => transfer.Data.ToArray()));
        Assert.Equal(["3 faces", "Detecting"], Rows());
    }

    [Fact]
    public void A_classifier_has_a_presence_in_place_of_a_count()
    {
        _bench.Detector.LocatesObjects = false;
        using LcdSession session = Open();
        session.Update(TimeSpan.Zero);
        Assert.Equal(["face absent", "Detecting"], Rows());

        _bench.Enter(1);
        session.Update(TimeSpan.FromSeconds(1));

        Assert.Equal(["face present", "Detecting"], Rows());
    }

    [Fact]
    public void Two_rows_show_count_reason_and_address_in_turn()
    {
        _bench.Page.Value = new Uri("http://192.168.100.20:8080/");
        _bench.Health.Set("No frame for 5.0 s (limit 2 s).");
        using LcdSession session = Open();

        Assert.Equal(TimeSpan.FromSeconds(4), session.Update(TimeSpan.Zero));
        Assert.Equal(["0 present", "Problem"], Rows());
        Assert.Equal(TimeSpan.FromSeconds(3), session.Update(TimeSpan.FromSeconds(5)));
        Assert.Equal(["No frame for 5.0", "s (limit 2 s)."], Rows());
        session.Update(TimeSpan.FromSeconds(8));
        Assert.Equal(["192.168.100.20:8", "080"], Rows());
        session.Update(TimeSpan.FromSeconds(12));
        Assert.Equal(["0 present", "Problem"], Rows());
    }

    [Theory]
    [InlineData("http://192.168.1.20:8080/", "192.168.1.20:8080", null)]
    [InlineData("https://front-door.local:8443/", "https://front-door.l", "ocal:8443")]
    public void Four_rows_show_everything_on_one_page(string page, string third, string? fourth)
    {
        _options.Size = LcdOptions.Size20x4;
        _bench.Page.Value = new Uri(page);
        _bench.Controls.SetDetection(false, "test");
        _bench.Enter(1, "person");
        using LcdSession session = Open();

        Assert.Equal(Timeout.InfiniteTimeSpan, session.Update(TimeSpan.Zero));

        string[] bottom = fourth is null ? [_bench.Controls.Pause![..18] + "..", third] : [third, fourth];
        Assert.Equal(["1 person", "Paused", .. bottom], Rows());
    }

    [Fact]
    public void Characters_that_its_set_lacks_are_replaced()
    {
        _bench.Enter(1, "a~b\\cé");
        using LcdSession session = Open();

        session.Update(TimeSpan.Zero);

        Assert.Equal("1 a-b/c?", Rows()[0]);
    }

    [Fact]
    public void The_backlight_goes_off_when_nothing_is_present_and_on_again()
    {
        _options.BacklightOffAfter = TimeSpan.FromMinutes(1);
        using LcdSession session = Open();

        Assert.Equal(TimeSpan.FromMinutes(1), session.Update(TimeSpan.Zero));
        Assert.True(_display.IsLit);
        Assert.Equal(Timeout.InfiniteTimeSpan, session.Update(TimeSpan.FromMinutes(1)));
        Assert.False(_display.IsLit);
        Assert.Equal(["0 present", "Detecting"], Rows());

        _bench.Enter(1);
        Assert.Equal(Timeout.InfiniteTimeSpan, session.Update(TimeSpan.FromMinutes(2)));
        Assert.True(_display.IsLit);
        session.Update(TimeSpan.FromHours(2));
        Assert.True(_display.IsLit);

        _bench.Leave();
        session.Update(TimeSpan.FromHours(3));
        _bench.Health.Set("No camera.");
        session.Update(TimeSpan.FromHours(4));
        session.Update(TimeSpan.FromHours(9));
        Assert.True(_display.IsLit);
    }

    [Fact]
    public void Rest_darkens_it()
    {
        _bench.Enter(1);
        using LcdSession session = Open();
        session.Update(TimeSpan.Zero);

        session.Rest();

        Assert.False(_display.IsLit);
        Assert.Equal(["", ""], Rows());
    }

    [Fact]
    public void The_view_shows_rows_and_transfers()
    {
        LcdPart part = Create();
        Assert.False(part.View().On);
        using IPartSession session = part.Open(_bench.Signal);
        _bench.Enter(1);
        session.Update(TimeSpan.Zero);

        PartView view = part.View();

        Assert.Equal(["1 face          ", "Detecting       "], view.Lines);
        Assert.True(view.On);
        Assert.NotEmpty(view.Transfers!);
        Assert.Empty(part.DeviceFiles);
    }

    [Fact]
    public void A_bus_that_is_missing_or_fails_is_an_error_with_its_fix()
    {
        _options.Simulated = false;
        LcdPart part = Create();
        Assert.Contains("/dev/i2c-1", Assert.Throws<IOException>(() => part.Open(_bench.Signal)).Message, StringComparison.Ordinal);
        Assert.Equal("/dev/i2c-1", Assert.Single(part.DeviceFiles).Path);

        using var failing = new AddressedI2cDevice(new FailingI2cDevice(1, 0x27));
        IOException exception = Assert.Throws<IOException>(() => LcdSession.Open(failing, _options, _bench.Source, _bench.Signal));
        Assert.Contains("0x27", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_device_runs_the_display_until_it_stops()
    {
        await using DeviceFixture device = await DeviceFixture.StartAsync(null, ("Lcd:Enabled", "true"), ("Lcd:Simulated", "true"));
        IPart part = device.Service<PartsStatus>().Find("lcd")!.Part;
        device.Occupancy.Apply(Samples.Event());
        await Wait.UntilAsync(() => part.View().Lines![0].TrimEnd() == "1 face", "shown");

        await device.StopAsync();

        Assert.False(part.View().On);
    }

    // The nibble with the backlight, with E and without.

    private static byte[] Pulse(byte nibble, int registerSelect = 0)
    {
        int pins = (nibble << 4) | 8 | registerSelect;
        return [(byte)(pins | 4), (byte)pins];
    }

    private LcdPart Create() => new(Options.Create(_options), _bench, _bench.Source);

    private LcdSession Open() => LcdSession.Open(new SimulatedI2cDevice(1, 0x27, _display, _bus), _options, _bench.Source, _bench.Signal);

    private string[] Rows()
    {
        (int columns, int rows) = LcdSession.Measure(_options);
        return [.. _display.Lines(columns, rows).Select(line => line.TrimEnd())];
    }
}
