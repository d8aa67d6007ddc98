using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using RNNPool.Edge.Core;
using RNNPool.Edge.Core.Reports;
using RNNPool.Edge.Hardware.Gpio;
using RNNPool.Edge.Pipeline.Control;

namespace RNNPool.Edge.Parts.Button;

/// <summary>A push button: a short press acknowledges the present alarm, a long one switches privacy. Each press is published.</summary>
internal sealed partial class ButtonPart(
    IOptions<ButtonOptions> options,
    PinFactory pins,
    SimulatedPins simulated,
    DeviceControls controls,
    Acknowledgement acknowledgement,
    ILogger<ButtonPart> logger
) : IPart, IReportSource
{
    /// <summary>The button as a requester of privacy, and its topic below the prefix.</summary>
    public const string Requester = "button";

    private const string Press = "press",
        LongPress = "long_press";

    private readonly ButtonOptions _options = options.Value;
    private volatile bool _pressed;
    private volatile bool _privacy;

    /// <inheritdoc/>
    public event Action<ReportMessage>? Sent;

    /// <inheritdoc/>
    public string Name => Requester;

    /// <inheritdoc/>
    public bool IsSimulated => _options.Simulated;

    /// <inheritdoc/>
    public IReadOnlyList<DeviceFile> DeviceFiles => IsSimulated ? [] : PartDeviceFiles.Chips();

    /// <inheritdoc/>
    public IReadOnlyList<ReportEntity> Entities { get; } =
    [new(Requester, "event", "Button", ("stat_t", "~/" + Requester), ("evt_typ", new JsonArray(Press, LongPress)), ("dev_cla", "button"))];

    /// <inheritdoc/>
    public IPartSession Open(PartSignal signal)
    {
        OpenPin pin = pins.OpenInput(
            $"{ButtonOptions.SectionName}:{nameof(_options.Pin)}",
            _options.Pin!,
            _options.Pull,
            IsSimulated,
            rest: _options.ActiveLow
        );
        return new Session(this, new DebouncedInput(pin, _options.Debounce, signal.Set));
    }

    /// <inheritdoc/>
    public PartView View() =>
        new()
        {
            On = _pressed,
            Text = (_pressed ? "pressed" : "released") + (_privacy ? ", requests privacy" : ""),
            Feed = IsSimulated ? "level" : null,
        };

    /// <inheritdoc/>
    public bool TryFeed(double value)
    {
        simulated[_options.Pin!].Drive((value >= 0.5) != _options.ActiveLow);
        return true;
    }

    private void Acknowledge()
    {
        acknowledgement.Acknowledge();
        LogAcknowledged();
        Publish(Press);
    }

    private void SwitchPrivacy()
    {
        // Kept here and not by the session, because privacy must not end when the line fails.
        bool privacy = _privacy = !_privacy;
        controls.SetInputPrivacy(privacy, Requester);
        if (privacy)
            LogRequested();
        else if (controls.InputPrivacy)
            LogStillRequested();
        else
            LogWithdrawn();
        Publish(LongPress);
    }

    private void Publish(string type) =>
        Sent?.Invoke(new ReportMessage(Requester, System.Text.Encoding.ASCII.GetBytes($$"""{"event_type":"{{type}}"}""")));

    private sealed class Session : IPartSession
    {
        private readonly ButtonPart _part;
        private readonly DebouncedInput _input;

        // When the present press began; null while the button is released, and after the press has had its effect.
        private TimeSpan? _since;

        public Session(ButtonPart part, DebouncedInput input)
        {
            (_part, _input) = (part, input);
            part._pressed = Pressed;
            if (Pressed)
                part.LogHeldAtStart();
        }

        private bool Pressed => _input.IsHigh != _part._options.ActiveLow;

        public TimeSpan Update(TimeSpan now)
        {
            bool changed = _input.Update(now);
            if (changed && Pressed)
                _since = now;
            _part._pressed = Pressed;
            if (now - _since >= _part._options.LongPress)
            {
                _since = null;
                _part.SwitchPrivacy();
            }
            else if (changed && !Pressed && _since is not null)
            {
                _since = null;
                _part.Acknowledge();
            }

            TimeSpan wait = _input.WaitAfter(now);
            return _since + _part._options.LongPress - now is { } left && left < wait ? left : wait;
        }

        public void Dispose()
        {
            _input.Dispose();
            _part._pressed = false;
        }
    }
}
