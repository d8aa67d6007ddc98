using System.Text;
using Microsoft.Extensions.Options;
using RNNPool.Edge.Core;
using RNNPool.Edge.Core.Reports;
using RNNPool.Edge.Hardware.Gpio;
using RNNPool.Edge.Pipeline.Camera;

namespace RNNPool.Edge.Parts.Pir;

/// <summary>
/// A motion sensor such as the HC-SR501: the cameras run at their idle rate while it reports no motion. A sensor that fails leaves them at
/// their full rate.
/// </summary>
internal sealed partial class PirPart(
    IOptions<PirOptions> options,
    IOptions<CameraOptions> camera,
    PinFactory pins,
    SimulatedPins simulated,
    MotionSensor sensor,
    ILogger<PirPart> logger
) : IPart, IReportSource
{
    /// <summary>The topic below the prefix: <c>ON</c> during motion, else <c>OFF</c>; <c>None</c> while it is unknown.</summary>
    public const string Topic = "pir";

    private readonly PirOptions _options = options.Value;
    private volatile State _state = State.Closed;
    private bool _warned;

    private enum State
    {
        Closed,
        WarmingUp,
        Quiet,
        Holding,
        Motion,
    }

    /// <inheritdoc/>
    public event Action? Changed;

    /// <inheritdoc/>
    public string Name => Topic;

    /// <inheritdoc/>
    public bool IsSimulated => _options.Simulated;

    /// <inheritdoc/>
    public IReadOnlyList<DeviceFile> DeviceFiles => IsSimulated ? [] : PartDeviceFiles.Chips();

    /// <inheritdoc/>
    public IReadOnlyList<ReportTopic> Topics => [new ReportTopic(Topic, () => Encoding.ASCII.GetBytes(Payload))];

    /// <inheritdoc/>
    public IReadOnlyList<ReportEntity> Entities { get; } =
    [new(Topic, "binary_sensor", "Motion", ("stat_t", "~/" + Topic), ("dev_cla", "motion"))];

    private string Payload =>
        _state switch
        {
            State.Closed or State.WarmingUp => "None",
            State.Motion => "ON",
            _ => "OFF",
        };

    /// <inheritdoc/>
    public IPartSession Open(PartSignal signal)
    {
        OpenPin pin = pins.OpenInput(
            $"{PirOptions.SectionName}:{nameof(_options.Pin)}",
            _options.Pin!,
            _options.Pull,
            IsSimulated,
            rest: _options.ActiveLow
        );
        if (camera.Value.IdleRate >= camera.Value.Rate && !_warned)
            LogNoIdleRate(camera.Value.IdleRate, camera.Value.Rate);
        _warned = true;
        return new Session(this, new DebouncedInput(pin, TimeSpan.Zero, signal.Set));
    }

    /// <inheritdoc/>
    public PartView View()
    {
        State state = _state;
        return new PartView
        {
            On = state == State.Motion,
            Text = state switch
            {
                State.WarmingUp => "warming up",
                State.Motion => "motion",
                State.Holding => "quiet, full rate",
                State.Quiet => "quiet, idle rate",
                _ => null,
            },
            Feed = IsSimulated ? "level" : null,
        };
    }

    /// <inheritdoc/>
    public bool TryFeed(double value)
    {
        simulated[_options.Pin!].Drive((value >= 0.5) != _options.ActiveLow);
        return true;
    }

    private void Set(State state)
    {
        sensor.Moving = state == State.Closed ? null : state != State.Quiet;
        string before = Payload;
        _state = state;
        if (Payload != before)
            Changed?.Invoke();
    }

    [LoggerMessage(
        1735,
        LogLevel.Warning,
        "The motion sensor saves nothing, because Camera:IdleRate is {IdleRate:0.##} and not below Camera:Rate, which is {Rate:0.##}."
    )]
    private partial void LogNoIdleRate(double idleRate, double rate);

    private sealed class Session(PirPart part, DebouncedInput input) : IPartSession
    {
        private TimeSpan? _ended;

        public TimeSpan Update(TimeSpan now)
        {
            input.Update(now);
            bool active = input.IsHigh != part._options.ActiveLow;
            TimeSpan wait = input.WaitAfter(now);
            TimeSpan? due = null;
            if (now < part._options.WarmUp)
            {
                part.Set(State.WarmingUp);
                due = part._options.WarmUp;
            }
            else if (active)
            {
                _ended = null;
                part.Set(State.Motion);
            }
            else
            {
                if (part._state == State.Motion)
                    _ended = now;
                due = _ended + part._options.Hold;
                bool holds = due > now;
                part.Set(holds ? State.Holding : State.Quiet);
                due = holds ? due : null;
            }

            return due is { } at && at - now < wait ? at - now : wait;
        }

        public void Dispose()
        {
            input.Dispose();
            part.Set(State.Closed);
        }
    }
}
