using System.Device.I2c;
using Microsoft.Extensions.Options;
using RNNPool.Edge.Core;
using RNNPool.Edge.Hardware.Buses;

namespace RNNPool.Edge.Parts.Oled;

/// <summary>A display that shows the number of present objects, the state and the page's address.</summary>
internal sealed class OledPart(IOptions<OledOptions> options, IBuses buses, DisplaySource source, PageAddress page) : IPart
{
    private readonly BusRecorder _recorder = new();
    private readonly SimulatedSsd1306 _panel = new();
    private volatile OledSession? _session;

    public string Name => "oled";

    public bool IsSimulated => options.Value.Simulated;

    public IReadOnlyList<DeviceFile> DeviceFiles => IsSimulated ? [] : [new DeviceFile($"/dev/i2c-{options.Value.Bus}", "i2c")];

    public IPartSession Open(PartSignal signal)
    {
        OledOptions settings = options.Value;
        I2cDevice device = settings.Simulated
            ? new SimulatedI2cDevice(settings.Bus, settings.Address, _panel, _recorder)
            : buses.OpenI2c(settings.Bus, settings.Address);
        return _session = OledSession.Open(device, settings, source, page, signal);
    }

    public PartView View()
    {
        OledSession? session = _session;
        return new PartView
        {
            Text = session?.Text,
            On = session?.IsOn ?? false,
            Pixels = IsSimulated ? _panel.Glass().ToView() : session?.Picture(),
            Transfers = IsSimulated ? BusTransfers.Describe(_recorder) : null,
        };
    }
}
