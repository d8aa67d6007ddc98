using RNNPool.Edge.Core;
using RNNPool.Edge.Events;
using RNNPool.Edge.Hardware.Gpio;
using RNNPool.Edge.Pipeline.Control;
using RNNPool.Edge.Vision.Frames;

namespace RNNPool.Edge.Sinks.Gpio;

/// <summary>The configured pins. Opens them, reads the inputs and drives the outputs. Thread-safe.</summary>
internal sealed partial class PinBoard
{
    /// <summary>How long <see cref="Release"/> waits for a write that hangs in a driver.</summary>
    private static readonly TimeSpan HangTimeout = TimeSpan.FromMilliseconds(500);

    /// <summary>The inputs as a requester of privacy.</summary>
    private const string PrivacyRequester = "gpio";

    private readonly Lock _lock = new();
    private readonly OutputLine[] _outputs;
    private readonly InputLine[] _inputs;
    private readonly bool _simulated;
    private readonly PinFactory _factory;
    private readonly OccupancyState _occupancy;
    private readonly DeviceControls _controls;
    private readonly IHealthMonitor _health;
    private readonly GpioStatus _status;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger _logger;
    private readonly long _started;
    private Occupancy _shown;
    private bool _released;
    private bool _changed = true;

    /// <summary>Creates the pins; none is opened yet.</summary>
    public PinBoard(
        GpioOptions options,
        PinFactory factory,
        OccupancyState occupancy,
        DeviceControls controls,
        IHealthMonitor health,
        GpioStatus status,
        TimeProvider timeProvider,
        Action inputChanged,
        ILogger logger
    )
    {
        _outputs = [.. options.Outputs.Select((pin, index) => new OutputLine(index, pin))];
        _inputs = [.. options.Inputs.Select((pin, index) => new InputLine(index, pin, inputChanged))];
        _simulated = options.Simulated;
        _factory = factory;
        _occupancy = occupancy;
        _controls = controls;
        _health = health;
        _status = status;
        _timeProvider = timeProvider;
        _logger = logger;
        _started = timeProvider.GetTimestamp();
        _shown = occupancy.Current;
    }

    /// <summary>Outputs of labels that the model does not have.</summary>
    public IEnumerable<(string Pin, string Label)> UnknownLabels(IReadOnlyList<string> labels) =>
        _outputs
            .Where(output => output.Source.Presence.Label is { } label && !labels.Contains(label, StringComparer.Ordinal))
            .Select(output => (output.Options.Pin, output.Source.Presence.Label!));

    /// <summary>Opens pins that are due, reads the inputs and drives the outputs.</summary>
    /// <returns>The time until the next update is due without a change of a source; null if none is.</returns>
    public TimeSpan? Update()
    {
        lock (_lock)
        {
            if (_released)
                return null;
            TimeSpan now = _timeProvider.GetElapsedTime(_started);
            TimeSpan? next = null;
            foreach (InputLine input in _inputs)
            {
                Read(input, now);
                next = Min(next, input.NextAfter(now));
            }

            if (_inputs.Length > 0)
                ApplyPrivacy();
            Occupancy occupancy = _occupancy.Current;
            bool fresh = !ReferenceEquals(occupancy, _shown);
            _shown = occupancy;
            foreach (OutputLine output in _outputs)
            {
                Drive(output, occupancy, fresh, now);
                if (output.Next is { } own)
                    next = Min(next, own);
            }

            if (_changed)
                _status.Set([.. _outputs.Select(output => output.Status)], [.. _inputs.Select(input => input.Status)]);
            _changed = false;
            return next - now;
        }
    }

    /// <summary>Drives every output to its off level and releases all lines. Later calls have no effect.</summary>
    public void Release()
    {
        // A write that hangs in a driver holds the lock; the other lines must be released nevertheless.
        bool entered = _lock.TryEnter(HangTimeout);
        try
        {
            if (_released)
                return;
            _released = true;
            foreach (OutputLine output in _outputs)
            {
                if (output.Release() is { } description)
                    LogReleased(description);
            }

            foreach (InputLine input in _inputs)
                input.Release();
        }
        finally
        {
            if (entered)
                _lock.Exit();
        }
    }

    private static TimeSpan Min(TimeSpan? a, TimeSpan b) => a is { } first && first < b ? first : b;

    private void Read(InputLine input, TimeSpan now)
    {
        try
        {
            bool opened = input.TryOpen(_factory, _simulated, now);
            if (!opened && !input.Read(now))
                return;
            _changed = true;
            string decision = input.Forbids ? "forbids" : "allows";
            if (opened)
                LogInputOpened(input.Description, input.Options.Function, decision);
            else
                LogInputChanged(input.Description, decision);
        }
        catch (GpioException exception)
        {
            _changed = true;
            LogInputFailed(exception.Message);
        }
    }

    // One input that forbids detection, or cannot be read, is enough.
    private void ApplyPrivacy()
    {
        InputLine? forbidding = Array.Find(_inputs, input => input.Forbids);
        _controls.SetInputPrivacy(forbidding is not null, PrivacyRequester, (forbidding ?? _inputs[0]).Description);
    }

    private void Drive(OutputLine output, Occupancy occupancy, bool fresh, TimeSpan now)
    {
        try
        {
            if (output.TryOpen(_factory, _simulated, now))
            {
                _changed = true;
                LogOpened(output.Pin!.Description, output.Options.Source, output.Level(on: true) ? "high" : "low");
            }

            output.Pattern.Update(IsOn(output.Source, output.Options.Camera is { } camera ? _occupancy.Find(camera) : occupancy), now);
            if (!output.Write(now))
                return;
            _changed = true;
        }
        catch (GpioException exception)
        {
            _changed = true;
            LogFailed(exception.Message);
            return;
        }

        if (fresh && output.Source.IsPresence && occupancy.MonotonicTime is { } captured)
            _status.RecordFrameToPin(FrameTime.Now(_timeProvider).Monotonic - captured);
        bool on = output.Pattern.On;
        if (output.Kind != PinPatternKind.Blink)
            LogChanged(output.Pin!.Description, on ? "on" : "off", output.Level(on) ? "high" : "low");
    }

    private bool IsOn(PinSource source, Occupancy occupancy) =>
        source.Kind switch
        {
            PinSourceKind.Heartbeat => _health.Current.Healthy,
            PinSourceKind.Error => !_health.Current.Healthy,
            PinSourceKind.Detection => _controls.Active,
            _ => source.Presence.Count(occupancy) > 0,
        };
}
