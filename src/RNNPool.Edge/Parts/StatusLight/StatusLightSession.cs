using System.Device.Spi;
using RNNPool.Edge.Pipeline.Coprocessor;

namespace RNNPool.Edge.Parts.StatusLight;

/// <summary>The open chain of LEDs. Sends colours only when one of them has changed.</summary>
internal sealed class StatusLightSession : IPartSession
{
    private readonly SpiDevice _device;
    private readonly StatusLightOptions _options;
    private readonly DisplaySource _source;
    private readonly AmbientLight _ambient;
    private readonly NightHours? _night;
    private readonly CoprocessorStatus? _coprocessor;
    private readonly PartSignal _signal;
    private readonly Ws2812Signal _bytes;
    private readonly ShownLight _shown;
    private readonly Rgb[] _next;
    private readonly Rgb _hostColor,
        _coprocessorColor;
    private bool _isSent;

    public StatusLightSession(
        SpiDevice device,
        StatusLightOptions options,
        DisplaySource source,
        AmbientLight ambient,
        NightHours? night,
        CoprocessorStatus? coprocessor,
        ShownLight shown,
        PartSignal signal
    )
    {
        _device = device;
        _options = options;
        _source = source;
        _ambient = ambient;
        _night = night;
        _coprocessor = coprocessor;
        _signal = signal;
        _bytes = new Ws2812Signal(options.Count);
        _next = new Rgb[options.Count];
        _shown = shown;
        _hostColor = Rgb.Parse(options.HostColor);
        _coprocessorColor = Rgb.Parse(options.CoprocessorColor);
        if (coprocessor is not null)
            coprocessor.UseChanged += signal.Set;
    }

    public TimeSpan Update(TimeSpan now)
    {
        DisplayContent content = _source.Read();
        bool isNight = (_options.OffInTheDark && _ambient.IsDark) || _night is { IsNight: true };
        LightMode mode =
            isNight ? LightMode.Night
            : content.State == DisplayState.Problem ? LightMode.Problem
            : content.State == DisplayState.Paused ? LightMode.Paused
            : content.Count > 0 ? LightMode.Present
            : LightMode.Idle;
        Rgb engine = _coprocessor is { IsInUse: true } ? _coprocessorColor : _hostColor;
        int lit = content.IsCounted ? content.Count : _next.Length;
        TimeSpan next = LightPlan.Fill(_next, mode, lit, engine, _options.Breathing, _options.Brightness / 100.0, now);
        _shown.Set(mode, content.IsCounted ? content.Count : null);
        Send();
        return _night is { NextChange: var change } && (next == Timeout.InfiniteTimeSpan || change < next) ? change : next;
    }

    public void Rest()
    {
        Array.Clear(_next);
        Send();
    }

    public void Dispose()
    {
        if (_coprocessor is not null)
            _coprocessor.UseChanged -= _signal.Set;
        _device.Dispose();
    }

    private void Send()
    {
        if (_isSent && _shown.Has(_next))
            return;
        for (int i = 0; i < _next.Length; i++)
            _bytes.Set(i, _next[i]);
        _device.Write(_bytes.Bytes);
        _isSent = true;
        _shown.Set(_next);
    }
}
