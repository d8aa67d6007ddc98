using QRCoder;
using RNNPool.Edge.Hardware.Buses;
using RNNPool.Edge.Parts;
using RNNPool.Edge.Parts.Oled;

namespace RNNPool.Edge.Tests.Parts.Oled;

/// <summary>The QR code of the page's address: its pixels, and how long it is shown.</summary>
public sealed class OledQrCodeTests : IDisposable
{
    private static readonly Uri Page = new("http://192.168.100.20:8080/");

    private readonly PartBench _bench = new();
    private readonly OledOptions _options = new() { QrCodeTime = TimeSpan.FromMinutes(2), DimAfter = TimeSpan.Zero };
    private readonly SimulatedSsd1306 _panel = new();

    public void Dispose() => _bench.Dispose();

    [Theory]
    [InlineData("http://192.168.1.20:8080/", 21, 11)]
    [InlineData("http://192.168.100.200:8080/", 25, 7)]
    [InlineData("https://rnnpool-edge-front-door.local:8443/", 25, 7)]
    public void Every_module_has_four_pixels_within_a_lit_margin(string address, int modules, int margin)
    {
        var canvas = new PixelCanvas(128, 64);

        Assert.True(PageQrCode.TryDraw(canvas, new Uri(address)));

        using QRCodeData code = QRCodeGenerator.GenerateQrCode(address.TrimEnd('/').ToUpperInvariant(), QRCodeGenerator.ECCLevel.L);
        Assert.Equal(modules, code.ModuleMatrix.Count - 8);
        for (int y = 0; y < 64; y++)
        {
            for (int x = 0; x < 64; x++)
            {
                int column = (x - margin) / 2,
                    row = (y - margin) / 2;
                bool isInside = x >= margin && y >= margin && column < modules && row < modules;
                bool isDark = isInside && code.ModuleMatrix[row + 4][column + 4];
                Assert.Equal(!isDark, canvas[x, y]);
            }
        }
    }

    [Theory]
    [InlineData("https://a-name-of-forty-characters.and-more.example:8443/")]
    [InlineData("http://127.0.0.1:8080/")]
    public void An_address_that_is_too_long_or_that_a_phone_cannot_open_is_shown_as_text(string address)
    {
        _bench.Page.Value = new Uri(address);
        using OledSession session = Open();

        session.Update(TimeSpan.Zero);

        Assert.False(IsQrCode());
        Assert.True(_panel.IsLit);
    }

    [Fact]
    public void It_is_shown_until_its_time_has_passed()
    {
        using OledSession session = Open();
        session.Update(TimeSpan.Zero);
        Assert.False(IsQrCode());

        _bench.Page.Value = Page;
        Assert.Equal(TimeSpan.FromSeconds(115), session.Update(TimeSpan.FromSeconds(5)));
        Assert.True(IsQrCode());

        session.Update(TimeSpan.FromMinutes(2));
        Assert.False(IsQrCode());
    }

    [Fact]
    public void It_ends_when_the_page_is_opened_and_does_not_return()
    {
        _bench.Page.Value = Page;
        using (OledSession session = Open())
        {
            session.Update(TimeSpan.Zero);
            Assert.True(IsQrCode());

            _bench.Page.RecordOpened();
            session.Update(TimeSpan.FromSeconds(1));
            Assert.False(IsQrCode());
        }

        using OledSession again = Open();
        again.Update(TimeSpan.FromSeconds(2));
        Assert.False(IsQrCode());
    }

    [Fact]
    public void Zero_shows_none()
    {
        _options.QrCodeTime = TimeSpan.Zero;
        _bench.Page.Value = Page;
        using OledSession session = Open();

        session.Update(TimeSpan.Zero);

        Assert.False(IsQrCode());
    }

    [Fact]
    public void The_address_and_the_page_wake_the_display_while_it_is_open()
    {
        using (OledSession session = Open())
        {
            _bench.Page.Value = Page;
            _bench.Signal.Wait(Timeout.InfiniteTimeSpan, TestContext.Current.CancellationToken);
            _bench.Page.RecordOpened();
            _bench.Signal.Wait(Timeout.InfiniteTimeSpan, TestContext.Current.CancellationToken);
        }

        _bench.Page.Value = Page;
        using var soon = new CancellationTokenSource(TimeSpan.FromMilliseconds(50));
        Assert.Throws<OperationCanceledException>(() => _bench.Signal.Wait(Timeout.InfiniteTimeSpan, soon.Token));
    }

    private OledSession Open() =>
        OledSession.Open(new SimulatedI2cDevice(1, 0x3C, _panel, new BusRecorder()), _options, _bench.Source, _bench.Page, _bench.Signal);

    // Its margin lights the whole first column.
    private bool IsQrCode()
    {
        PixelCanvas glass = _panel.Glass();
        return Enumerable.Range(0, 64).All(y => glass[0, y]);
    }
}
