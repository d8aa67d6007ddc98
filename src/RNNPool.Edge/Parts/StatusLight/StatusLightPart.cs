using System.Device.Spi;
using Microsoft.Extensions.Options;
using RNNPool.Edge.Core;
using RNNPool.Edge.Hardware.Buses;
using RNNPool.Edge.Pipeline.Coprocessor;

namespace RNNPool.Edge.Parts.StatusLight;

/// <summary>LEDs that show the number of present objects, the engine, pauses and problems.</summary>
internal sealed class StatusLightPart : IPart
{
    /// <summary>One clock, as on a Raspberry Pi 4.</summary>
    private const int IdleClocks = 1;

    private const int KeptTransfers = 16;

    private readonly BusRecorder _recorder = new(KeptTransfers);
    private readonly StatusLightOptions _options;
    private readonly SimulatedWs2812 _chain;
    private readonly IBuses _buses;
    private readonly DisplaySource _source;
    private readonly AmbientLight _ambient;
    private readonly CoprocessorStatus? _coprocessor;
    private readonly TimeProvider _timeProvider;
    private readonly ShownLight _shown;

    /// <param name="options">The LEDs.</param>
    /// <param name="buses">The buses of the machine.</param>
    /// <param name="source">State of the device.</param>
    /// <param name="ambient">The measured light.</param>
    /// <param name="coprocessors">The coprocessor, if the device has one.</param>
    /// <param name="timeProvider">The clock of the night.</param>
    public StatusLightPart(
        IOptions<StatusLightOptions> options,
        IBuses buses,
        DisplaySource source,
        AmbientLight ambient,
        IEnumerable<CoprocessorStatus> coprocessors,
        TimeProvider timeProvider
    )
    {
        _options = options.Value;
        _buses = buses;
        _source = source;
        _ambient = ambient;
        _coprocessor = coprocessors.FirstOrDefault();
        _timeProvider = timeProvider;
        _shown = new ShownLight(_options.Count);
        _chain = new SimulatedWs2812(_options.Count, Ws2812Signal.ClockHertz, IdleClocks);
    }

    public string Name => "status-light";

    public bool IsSimulated => _options.Simulated;

    public IReadOnlyList<DeviceFile> DeviceFiles =>
        IsSimulated ? [] : [new DeviceFile($"/dev/spidev{_options.Bus}.{_options.ChipSelect}", "spi")];

    public IPartSession Open(PartSignal signal)
    {
        var settings = new SpiConnectionSettings(_options.Bus, _options.ChipSelect)
        {
            ClockFrequency = Ws2812Signal.ClockHertz,
            Mode = SpiMode.Mode0,
            DataBitLength = 8,
        };
        SpiDevice device = IsSimulated ? new SimulatedSpiDevice(settings, _chain, _recorder) : _buses.OpenSpi(settings);
        NightHours? night = NightHours.Create(_options, _timeProvider);
        return new StatusLightSession(device, _options, _source, _ambient, night, _coprocessor, _shown, signal);
    }

    public PartView View()
    {
        Rgb[] colors = IsSimulated ? _chain.Colors : _shown.Colors;
        return new PartView
        {
            Text = _shown.Text,
            On = colors.Any(color => color != default),
            Colors = [.. colors.Select(color => color.ToString())],
            Transfers = IsSimulated ? BusTransfers.Describe(_recorder) : null,
        };
    }
}
