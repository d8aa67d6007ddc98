using System.Device.I2c;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Options;
using RNNPool.Edge.Core;
using RNNPool.Edge.Core.Reports;
using RNNPool.Edge.Hardware.Buses;
using RNNPool.Edge.Hardware.Gpio;

namespace RNNPool.Edge.Parts.LightSensor;

/// <summary>Measures the ambient light, decides whether it is dark, and switches a lamp.</summary>
internal sealed partial class LightSensorPart : IPart, IReportSource
{
    private readonly LightSensorOptions _options;
    private readonly IBuses _buses;
    private readonly PinFactory _pins;
    private readonly AmbientLight _light;
    private readonly ILogger<LightSensorPart> _logger;
    private readonly BusRecorder _recorder = new();
    private readonly SimulatedBh1750 _simulatedBh1750;
    private readonly SimulatedTsl2561 _simulatedTsl2561;
    private volatile Reading? _reading;

    public LightSensorPart(
        IOptions<LightSensorOptions> options,
        IBuses buses,
        PinFactory pins,
        AmbientLight light,
        DeviceMetrics metrics,
        TimeProvider timeProvider,
        ILogger<LightSensorPart> logger
    )
    {
        _options = options.Value;
        _buses = buses;
        _pins = pins;
        _light = light;
        _logger = logger;
        _simulatedBh1750 = new SimulatedBh1750(timeProvider);
        _simulatedTsl2561 = new SimulatedTsl2561(timeProvider, id: 0x50);
        Figures =
        [
            new ReportFigure("illuminance", () => _reading?.Lux, 1)
            {
                Entity = new FigureEntity("illuminance", "Illuminance", "lx", "illuminance"),
            },
        ];
        metrics.Meter.CreateObservableGauge(
            "rnnpool_edge_illuminance_lux",
            () => _reading is { } reading ? [new Measurement<double>(reading.Lux)] : Array.Empty<Measurement<double>>(),
            null,
            "Illuminance at the light sensor."
        );
    }

    /// <inheritdoc/>
    public string Name => "lightSensor";

    /// <inheritdoc/>
    public bool IsSimulated => _options.Simulated;

    /// <inheritdoc/>
    public IReadOnlyList<DeviceFile> DeviceFiles =>
        IsSimulated ? [] : [new DeviceFile($"/dev/i2c-{_options.Bus}", "i2c"), .. _options.LampPin is null ? [] : PartDeviceFiles.Chips()];

    /// <inheritdoc/>
    public IReadOnlyList<ReportFigure> Figures { get; }

    /// <inheritdoc/>
    public IPartSession Open(PartSignal signal)
    {
        ILightMeter meter = OpenMeter();
        try
        {
            return new Session(this, meter, OpenLamp());
        }
        catch
        {
            meter.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public PartView View()
    {
        Reading? reading = _reading;
        return new PartView
        {
            Value = reading is null ? null : Math.Round(reading.Lux, 1),
            Unit = "lx",
            On = reading?.IsDark,
            Text = reading switch
            {
                null => null,
                { IsDark: false } => "bright",
                _ => _options.LampPin is null ? "dark" : "dark, lamp on",
            },
            Feed = IsSimulated ? "quantity" : null,
            Transfers = IsSimulated ? BusTransfers.Describe(_recorder) : null,
        };
    }

    /// <inheritdoc/>
    public bool TryFeed(double value)
    {
        _simulatedBh1750.Lux = _simulatedTsl2561.Lux = Math.Max(0, value);
        return true;
    }

    private ILightMeter OpenMeter()
    {
        bool isBh1750 = _options.Type == LightSensorType.Bh1750;
        int address = _options.ActualAddress;
        ISimulatedPart simulated = isBh1750 ? _simulatedBh1750 : _simulatedTsl2561;
        I2cDevice device = IsSimulated
            ? new SimulatedI2cDevice(_options.Bus, address, simulated, _recorder)
            : _buses.OpenI2c(_options.Bus, address);
        try
        {
            return isBh1750 ? new Bh1750(device) : new Tsl2561(device);
        }
        catch
        {
            device.Dispose();
            throw;
        }
    }

    private OpenPin? OpenLamp() =>
        _options.LampPin is { } pin
            ? _pins.OpenOutput(
                $"{LightSensorOptions.SectionName}:{nameof(_options.LampPin)}",
                pin,
                high: _options.LampActiveLow,
                IsSimulated
            )
            : null;

    private void Set(double lux, bool dark)
    {
        _reading = new Reading(lux, dark);
        if (dark == _light.IsDark)
            return;
        if (dark)
            LogDark(lux);
        else
            LogBright(lux);
        _light.IsDark = dark;
    }

    [LoggerMessage(1740, LogLevel.Information, "It is dark: {Lux:0.#} lux.")]
    private partial void LogDark(double lux);

    [LoggerMessage(1741, LogLevel.Information, "It is bright: {Lux:0.#} lux.")]
    private partial void LogBright(double lux);

    private sealed record Reading(double Lux, bool IsDark);

    private sealed class Session(LightSensorPart part, ILightMeter meter, OpenPin? lamp) : IPartSession
    {
        private readonly Darkness _darkness = new(
            part._options.DarkBelow,
            part._options.ActualBrightAbove,
            part._options.MinTime,
            hasLamp: lamp is not null
        );
        private TimeSpan _next = TimeSpan.MinValue;

        public TimeSpan Update(TimeSpan now)
        {
            // Other parts and the device request updates too; the chip is read at its interval only.
            if (now < _next)
                return _next - now;
            double? lux = meter.Read();
            if (lux is { } measured)
            {
                if (_darkness.Update(measured, now))
                    lamp?.Write(_darkness.IsDark != part._options.LampActiveLow);
                part.Set(measured, _darkness.IsDark);
            }

            TimeSpan wait = lux is null ? meter.MeasuringTime : part._options.Interval;
            _next = now + wait;
            return wait;
        }

        public void Rest() => lamp?.Write(part._options.LampActiveLow);

        // Darkness stays as it was last measured, so that a sensor that is lost for a moment switches nothing but its lamp.
        public void Dispose()
        {
            part._reading = null;
            meter.Dispose();
            if (lamp is null)
                return;
            try
            {
                Rest();
            }
            catch (GpioException)
            {
                // The line is lost, so that its level cannot be changed.
            }

            lamp.Dispose();
        }
    }
}
