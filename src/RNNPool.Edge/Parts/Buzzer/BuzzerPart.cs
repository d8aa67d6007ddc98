using System.Device.Pwm;
using Microsoft.Extensions.Options;
using RNNPool.Edge.Core;
using RNNPool.Edge.Events;
using RNNPool.Edge.Hardware.Buses;
using RNNPool.Edge.Hardware.Gpio;
using RNNPool.Edge.Pipeline.Control;
using RNNPool.Edge.Vision.Detectors;

namespace RNNPool.Edge.Parts.Buzzer;

/// <summary>Beeps when a presence begins, until it is acknowledged; silent in privacy, and in darkness if that is set.</summary>
internal sealed partial class BuzzerPart(
    IOptions<BuzzerOptions> options,
    PinFactory pins,
    IBuses buses,
    OccupancyState occupancy,
    DeviceControls controls,
    Acknowledgement acknowledgement,
    AmbientLight light,
    IDetector detector,
    ILogger<BuzzerPart> logger
) : IPart
{
    private readonly BuzzerOptions _options = options.Value;
    private readonly PresenceSource _source = PresenceSource.Parse(options.Value.Source);
    private volatile bool _on;
    private bool _opened;

    /// <inheritdoc/>
    public string Name => "buzzer";

    /// <inheritdoc/>
    public bool IsSimulated => _options.Simulated;

    /// <inheritdoc/>
    public IReadOnlyList<DeviceFile> DeviceFiles => IsSimulated || _options.Pin is null ? [] : PartDeviceFiles.Chips();

    private int Present => _source.Count(occupancy.Current);

    // Why the buzzer must be silent; null when it may sound.
    private string? Quiet =>
        controls.InputPrivacy ? "privacy"
        : _options.QuietWhenDark && light.IsDark ? "quiet in darkness"
        : acknowledgement.Holds ? "acknowledged"
        : null;

    /// <inheritdoc/>
    public IPartSession Open(PartSignal signal)
    {
        IBuzzer buzzer = OpenBuzzer();
        if (!_opened && _source.Label is { } label && !detector.Labels.Contains(label, StringComparer.Ordinal))
            LogUnknownLabel(label, string.Join(", ", detector.Labels));
        _opened = true;
        return new Session(this, buzzer);
    }

    /// <inheritdoc/>
    public PartView View() => new() { On = _on, Text = _on ? "sounds" : (Present > 0 ? Quiet : null) ?? "silent" };

    private IBuzzer OpenBuzzer()
    {
        if (_options.Pin is { } pin)
        {
            string key = $"{BuzzerOptions.SectionName}:{nameof(_options.Pin)}";
            return new ActiveBuzzer(pins.OpenOutput(key, pin, high: _options.ActiveLow, IsSimulated), _options.ActiveLow);
        }

        PwmChannel channel = IsSimulated
            ? new SimulatedPwmChannel(_options.Frequency)
            : buses.OpenPwm(_options.PwmChip, _options.PwmChannel ?? 0, _options.Frequency);
        return new PassiveBuzzer(channel);
    }

    [LoggerMessage(1745, LogLevel.Warning, "Buzzer:Source is label:{Label}, but the model has only these labels: {Labels}.")]
    private partial void LogUnknownLabel(string label, string labels);

    private sealed class Session(BuzzerPart part, IBuzzer buzzer) : IPartSession
    {
        private readonly AlarmPattern _pattern = new(part._options, part.Present);

        public TimeSpan Update(TimeSpan now)
        {
            TimeSpan wait = _pattern.Update(part.Present, part.Quiet is not null, now);
            if (_pattern.On != part._on)
                buzzer.Set(_pattern.On);
            part._on = _pattern.On;
            return wait;
        }

        public void Rest()
        {
            buzzer.Set(false);
            part._on = false;
        }

        public void Dispose()
        {
            try
            {
                Rest();
            }
            catch (IOException)
            {
                // The buzzer is lost, so that it cannot be silenced.
            }

            part._on = false;
            buzzer.Dispose();
        }
    }
}
