using System.Threading.Channels;
using Microsoft.Extensions.Options;
using RNNPool.Edge.Events;
using RNNPool.Edge.Health;
using RNNPool.Edge.Pipeline.Control;
using RNNPool.Edge.Vision.Detectors;

namespace RNNPool.Edge.Sinks.Gpio;

/// <summary>
/// Drives the outputs and reads the inputs, apart from everything else: pins wait behind no queue and no network, and are brought to rest when the
/// device stops, whatever else hangs then.
/// </summary>
public sealed partial class PinService : BackgroundService
{
    /// <summary>How often health is asked while a pin shows it.</summary>
    private static readonly TimeSpan HealthInterval = TimeSpan.FromSeconds(1);

    /// <summary>How long a stop waits for a write that hangs in a driver.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);

    private readonly Channel<bool> _signal = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true }
    );
    private readonly Lock _lock = new();
    private readonly OutputLine[] _outputs;
    private readonly InputLine[] _inputs;
    private readonly bool _simulated;
    private readonly PinFactory _factory;
    private readonly OccupancyState _occupancy;
    private readonly DeviceControls _controls;
    private readonly HealthModel _health;
    private readonly GpioStatus _status;
    private readonly IReadOnlyList<string> _labels;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger<PinService> _logger;
    private readonly long _started;
    private Occupancy _shown;
    private bool _healthy;
    private TimeSpan _healthAt = TimeSpan.MinValue;
    private bool _released;
    private bool _changed = true;

    /// <summary>Puts the pins together; none is opened yet.</summary>
    public PinService(
        IOptions<GpioOptions> options,
        IGpioBackend backend,
        OccupancyState occupancy,
        DeviceControls controls,
        HealthModel health,
        GpioStatus status,
        IDetector detector,
        TimeProvider timeProvider,
        ILogger<PinService> logger
    )
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(occupancy);
        ArgumentNullException.ThrowIfNull(detector);
        ArgumentNullException.ThrowIfNull(timeProvider);
        GpioOptions gpio = options.Value;
        _outputs = [.. gpio.Outputs.Select((pin, index) => new OutputLine(index, pin))];
        _inputs = [.. gpio.Inputs.Select((pin, index) => new InputLine(index, pin))];
        (_simulated, _factory, _occupancy, _controls, _health, _status) = (
            gpio.Simulated,
            new PinFactory(backend),
            occupancy,
            controls,
            health,
            status
        );
        (_labels, _timeProvider, _logger, _started, _shown) = (
            detector.Labels,
            timeProvider,
            logger,
            timeProvider.GetTimestamp(),
            occupancy.Current
        );
    }

    /// <inheritdoc/>
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        // Before the pipeline starts: a pin that asks for privacy must have been read before the first frame is looked at.
        Step();
        foreach (OutputLine output in _outputs)
        {
            if (output.Source.Kind == PinSourceKind.Label && !_labels.Contains(output.Source.Name, StringComparer.Ordinal))
                LogUnknownLabel(output.Options.Pin, output.Source.Name, string.Join(", ", _labels));
        }

        _occupancy.Changed += OnOccupancy;
        _controls.Changed += OnControls;
        return base.StartAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        _occupancy.Changed -= OnOccupancy;
        _controls.Changed -= OnControls;
        Release();
        await base.StopAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        Release();
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        ITimer timer = _timeProvider.CreateTimer(
            static signal => ((Channel<bool>)signal!).Writer.TryWrite(true),
            _signal,
            Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan
        );
        await using (timer.ConfigureAwait(false))
        {
            try
            {
                while (true)
                {
                    TimeSpan? next = Step();
                    timer.Change(next is { } at ? Until(at) : Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
                    await _signal.Reader.WaitToReadAsync(stoppingToken).ConfigureAwait(false);
                    _signal.Reader.TryRead(out _);
                }
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                // The pins have been released by the stop.
            }
        }
    }

    private void OnOccupancy(Occupancy occupancy) => _signal.Writer.TryWrite(true);

    private void OnControls(ControlChange change) => _signal.Writer.TryWrite(true);

    private TimeSpan Until(TimeSpan at)
    {
        TimeSpan wait = at - _timeProvider.GetElapsedTime(_started);
        return wait > TimeSpan.FromMilliseconds(1) ? wait : TimeSpan.FromMilliseconds(1);
    }

    /// <summary>Brings every pin to what holds now.</summary>
    /// <returns>When something is to be done next although nothing changes; null for never.</returns>
    private TimeSpan? Step()
    {
        lock (_lock)
        {
            if (_released)
                return null;
            TimeSpan now = _timeProvider.GetElapsedTime(_started);
            TimeSpan? next = null;
            foreach (InputLine input in _inputs)
            {
                Look(input, now);
                next = Earlier(next, input.NextAfter(now));
            }

            if (_inputs.Length > 0)
                Decide();
            Occupancy occupancy = _occupancy.Current;
            bool fresh = !ReferenceEquals(occupancy, _shown);
            _shown = occupancy;
            foreach (OutputLine output in _outputs)
            {
                Show(output, occupancy, fresh, now);
                if (output.Source.Kind is PinSourceKind.Heartbeat or PinSourceKind.Error)
                    next = Earlier(next, _healthAt + HealthInterval);
                if (output.Next is { } own)
                    next = Earlier(next, own);
            }

            if (_changed)
                _status.Set([.. _outputs.Select(output => output.Status)], [.. _inputs.Select(input => input.Status)]);
            _changed = false;
            return next;
        }
    }

    private static TimeSpan Earlier(TimeSpan? a, TimeSpan b) => a is { } first && first < b ? first : b;

    private void Look(InputLine input, TimeSpan now)
    {
        try
        {
            bool opened = input.TryOpen(_factory, _simulated, now);
            if (!opened && !input.Read(now))
                return;
            _changed = true;
            if (opened)
                LogInputOpened(input.Description, input.Options.Function, input.Forbids ? "forbids" : "allows");
            else
                LogInputChanged(input.Description, input.Forbids ? "forbids" : "allows");
        }
        catch (GpioException exception)
        {
            _changed = true;
            LogInputFailed(exception.Message);
        }
    }

    /// <summary>Any input that forbids, and any that cannot be read, is enough.</summary>
    private void Decide()
    {
        foreach (InputLine input in _inputs)
        {
            if (!input.Forbids)
                continue;
            _controls.SetInputPrivacy(true, input.Description);
            return;
        }

        _controls.SetInputPrivacy(false, _inputs[0].Description);
    }

    private void Show(OutputLine output, Occupancy occupancy, bool fresh, TimeSpan now)
    {
        try
        {
            if (output.TryOpen(_factory, _simulated, now))
            {
                _changed = true;
                LogOpened(output.Pin!.Description, output.Options.Source, output.Level(on: true) ? "high" : "low");
            }

            output.Pattern.Update(IsOn(output.Source, occupancy, now), now);
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

        if (fresh && output.Source.IsPresence)
            _status.FrameToPin(_timeProvider.GetUtcNow() - occupancy.Time);
        bool on = output.Pattern.On;
        if (output.Kind != PinPatternKind.Blink)
            LogChanged(output.Pin!.Description, on ? "on" : "off", output.Level(on) ? "high" : "low");
    }

    private bool IsOn(PinSource source, Occupancy occupancy, TimeSpan now) =>
        source.Kind switch
        {
            PinSourceKind.Zone => occupancy.ZoneCounts.GetValueOrDefault(source.Name) > 0,
            PinSourceKind.Label => occupancy.Counts.GetValueOrDefault(source.Name) > 0,
            PinSourceKind.Heartbeat => IsHealthy(now),
            PinSourceKind.Error => !IsHealthy(now),
            PinSourceKind.Detection => _controls.Active,
            _ => occupancy.Occupied,
        };

    private bool IsHealthy(TimeSpan now)
    {
        if (_healthAt != TimeSpan.MinValue && now - _healthAt < HealthInterval)
            return _healthy;
        (_healthy, _healthAt) = (_health.Evaluate().Healthy, now);
        return _healthy;
    }

    private void Release()
    {
        // A write that hangs in a driver holds the lock; the other lines must be let go of all the same.
        bool entered = _lock.TryEnter(Patience);
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
}
