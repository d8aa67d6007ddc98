using System.Device.I2c;
using RNNPool.Edge.Core;

namespace RNNPool.Edge.Parts.Oled;

/// <summary>The open display. Sends only the columns that differ from what the panel's memory holds.</summary>
internal sealed class OledSession : IPartSession
{
    private const byte DimContrast = 1;

    private readonly Lock _lock = new();
    private readonly PixelCanvas _next = new(OledPanel.Columns, OledPanel.Rows);
    private readonly PixelCanvas _shown = new(OledPanel.Columns, OledPanel.Rows);
    private readonly OledPanel _panel;
    private readonly OledOptions _options;
    private readonly DisplaySource _source;
    private readonly PageAddress _page;
    private readonly IDisposable _subscription;
    private DisplayContent? _content;
    private bool _showsQrCode;
    private TimeSpan _changed;
    private Light _light;

    private OledSession(OledPanel panel, OledOptions options, DisplaySource source, PageAddress page, PartSignal signal)
    {
        _panel = panel;
        _options = options;
        _source = source;
        _page = page;
        _subscription = source.Subscribe(signal);
    }

    private enum Light
    {
        Dark,
        Dim,
        Bright,
    }

    /// <summary>What the display shows, in a few words.</summary>
    public string? Text { get; private set; }

    /// <summary>Whether the panel is lit.</summary>
    public bool IsOn => _light != Light.Dark;

    /// <summary>Initialises the panel.</summary>
    public static OledSession Open(I2cDevice device, OledOptions options, DisplaySource source, PageAddress page, PartSignal signal)
    {
        var panel = new OledPanel(device);
        try
        {
            panel.Initialise(options.Flipped, (byte)options.Contrast);
            for (int i = 0; i < OledPanel.Rows / 8; i++)
                panel.Write(i, 0, new byte[OledPanel.Columns]);
            return new OledSession(panel, options, source, page, signal);
        }
        catch
        {
            panel.Dispose();
            throw;
        }
    }

    /// <summary>The pixels in the panel's memory.</summary>
    public PixelView Picture()
    {
        lock (_lock)
            return _shown.ToView();
    }

    public TimeSpan Update(TimeSpan now)
    {
        DisplayContent content = _source.Read();

        // A phone cannot open an address of this machine alone.
        bool wantsQrCode = content.Page is { IsLoopback: false } && !_page.IsOpened && now < _options.QrCodeTime;
        if (_content != content || wantsQrCode != _showsQrCode)
        {
            Draw(content, wantsQrCode);
            _content = content;
            _showsQrCode = wantsQrCode;
            _changed = now;
        }

        TimeSpan still = now - _changed;
        bool isIdle = content.Count == 0 && !wantsQrCode;
        Set(
            isIdle && content.State != DisplayState.Problem && Passed(_options.DarkAfter, still) ? Light.Dark
            : isIdle && Passed(_options.DimAfter, still) ? Light.Dim
            : Light.Bright
        );
        return wantsQrCode ? _options.QrCodeTime - now
            : isIdle ? NextChange(still)
            : Timeout.InfiniteTimeSpan;
    }

    public void Rest() => Set(Light.Dark);

    public void Dispose()
    {
        _subscription.Dispose();
        _panel.Dispose();
    }

    private static bool Passed(TimeSpan limit, TimeSpan time) => limit > TimeSpan.Zero && time >= limit;

    private TimeSpan NextChange(TimeSpan still)
    {
        TimeSpan next = TimeSpan.MaxValue;
        foreach (TimeSpan limit in (ReadOnlySpan<TimeSpan>)[_options.DimAfter, _options.DarkAfter])
        {
            if (limit > still && limit - still < next)
                next = limit - still;
        }

        return next == TimeSpan.MaxValue ? Timeout.InfiniteTimeSpan : next;
    }

    private void Draw(in DisplayContent content, bool wantsQrCode)
    {
        bool drawn = wantsQrCode && OledPicture.TryDrawQrCode(_next, content);
        if (!drawn)
            OledPicture.DrawState(_next, content);
        for (int page = 0; page < _next.Pages; page++)
            Send(page);
        Text = drawn ? $"QR code of {content.Address}" : $"{content.Summary}, {content.StateText.ToLowerInvariant()}";
    }

    private void Send(int page)
    {
        Span<byte> next = _next.Page(page),
            shown = _shown.Page(page);
        int first = next.CommonPrefixLength(shown);
        if (first == next.Length)
            return;
        int last = next.Length - 1;
        while (next[last] == shown[last])
            last--;
        _panel.Write(page, first, next[first..(last + 1)]);
        lock (_lock)
            next.CopyTo(shown);
    }

    private void Set(Light light)
    {
        if (_light == light)
            return;
        if (light != Light.Dark)
            _panel.SetContrast(light == Light.Dim ? DimContrast : (byte)_options.Contrast);
        if (light == Light.Dark || _light == Light.Dark)
            _panel.EnableDisplay(light != Light.Dark);
        _light = light;
    }
}
