using System.Device.I2c;
using Microsoft.Extensions.Options;
using RNNPool.Edge.Core;
using RNNPool.Edge.Hardware.Buses;

namespace RNNPool.Edge.Parts.Lcd;

/// <summary>A character display that shows the number of present objects, the state and the page's address.</summary>
internal sealed class LcdPart(IOptions<LcdOptions> options, IBuses buses, DisplaySource source) : IPart
{
    private readonly BusRecorder _recorder = new();
    private readonly SimulatedHd44780 _display = new();
    private volatile LcdSession? _session;

    public string Name => "lcd";

    public bool IsSimulated => options.Value.Simulated;

    public IReadOnlyList<DeviceFile> DeviceFiles => IsSimulated ? [] : [new DeviceFile($"/dev/i2c-{options.Value.Bus}", "i2c")];

    public IPartSession Open(PartSignal signal)
    {
        LcdOptions settings = options.Value;
        I2cDevice device = settings.Simulated
            ? new SimulatedI2cDevice(settings.Bus, settings.Address, _display, _recorder)
            : buses.OpenI2c(settings.Bus, settings.Address);
        return _session = LcdSession.Open(device, settings, source, signal);
    }

    public PartView View()
    {
        LcdSession? session = _session;
        (int columns, int rows) = LcdSession.Measure(options.Value);
        return new PartView
        {
            On = IsSimulated ? _display.IsLit : session?.IsLit ?? false,
            Lines = IsSimulated ? _display.Lines(columns, rows) : session?.Lines(),
            Transfers = IsSimulated ? BusTransfers.Describe(_recorder) : null,
        };
    }
}
