using Microsoft.Extensions.Options;
using RNNPool.Edge.Events;

namespace RNNPool.Edge.Gpio;

/// <summary>Drives one pin: on from the first presence to the end of the last.</summary>
public sealed partial class GpioSink(IOptions<GpioOptions> options, IOutputPinFactory pins, ILogger<GpioSink> logger) : IEventSink
{
    private readonly GpioOptions _options = options.Value;
    private IOutputPin? _pin;
    private bool _on;

    /// <inheritdoc/>
    public string Name => "gpio";

    /// <inheritdoc/>
    public ValueTask OpenAsync(CancellationToken cancellationToken)
    {
        _pin = pins.Open(_options, Level(on: false));
        _on = false;
        LogOpened(_pin.Description, _options.ActiveLow ? "low" : "high");
        return default;
    }

    /// <inheritdoc/>
    public ValueTask DeliverAsync(DeviceEvent deviceEvent, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(deviceEvent);
        bool on = deviceEvent.Occupancy.Occupied;
        if (_pin is null || on == _on) return default;
        _pin.Write(Level(on));
        _on = on;
        LogChanged(_pin.Description, on ? "on" : "off", Level(on) ? "high" : "low");
        return default;
    }

    /// <inheritdoc/>
    public ValueTask CloseAsync(CancellationToken cancellationToken)
    {
        if (_pin is null) return default;
        _pin.Write(Level(on: false));
        _pin.Dispose();
        LogReleased(_pin.Description);
        _pin = null;
        return default;
    }

    private bool Level(bool on) => on != _options.ActiveLow;
}
