using System.Threading.Channels;
using Microsoft.Extensions.Options;
using RNNPool.Edge.Core;
using RNNPool.Edge.Events;
using RNNPool.Edge.Hardware.Gpio;
using RNNPool.Edge.Pipeline.Control;
using RNNPool.Edge.Vision.Detectors;

namespace RNNPool.Edge.Sinks.Gpio;

/// <summary>
/// Runs the pins in a loop of their own, independent of queues, network and other services. A stop releases the pins first, even if the
/// rest of the device hangs.
/// </summary>
internal sealed partial class PinService : BackgroundService
{
    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(1);

    private readonly Channel<bool> _signal = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true }
    );
    private readonly PinBoard _pins;
    private readonly OccupancyState _occupancy;
    private readonly DeviceControls _controls;
    private readonly IHealthMonitor _health;
    private readonly IReadOnlyList<string> _labels;
    private readonly LoopSupervisor _supervisor;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger<PinService> _logger;

    /// <summary>Creates the service; no pin is opened yet.</summary>
    public PinService(
        IOptions<GpioOptions> options,
        PinFactory factory,
        OccupancyState occupancy,
        DeviceControls controls,
        IHealthMonitor health,
        GpioStatus status,
        IDetector detector,
        LoopSupervisor supervisor,
        TimeProvider timeProvider,
        ILogger<PinService> logger
    )
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(detector);
        _occupancy = occupancy;
        _controls = controls;
        _health = health;
        _labels = detector.Labels;
        _supervisor = supervisor;
        _timeProvider = timeProvider;
        _logger = logger;
        _pins = new PinBoard(options.Value, factory, occupancy, controls, health, status, timeProvider, Signal, logger);
    }

    /// <inheritdoc/>
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        // Reads the inputs before the pipeline starts, so that no frame is processed while a pin requests privacy.
        _pins.Update();
        foreach ((string pin, string label) in _pins.UnknownLabels(_labels))
            LogUnknownLabel(pin, label, string.Join(", ", _labels));
        _occupancy.Changed += OnOccupancy;
        _controls.Changed += OnControls;
        _health.Changed += OnHealth;
        return base.StartAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        _occupancy.Changed -= OnOccupancy;
        _controls.Changed -= OnControls;
        _health.Changed -= OnHealth;
        _pins.Release();
        await base.StopAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _pins.Release();
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => _supervisor.RunAsync("gpio", RunAsync, stoppingToken);

    private async Task RunAsync(CancellationToken stopping)
    {
        ITimer timer = _timeProvider.CreateTimer(
            static signal => ((Channel<bool>)signal!).Writer.TryWrite(true),
            _signal,
            Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan
        );
        await using (timer.ConfigureAwait(false))
        {
            while (true)
            {
                TimeSpan? wait = _pins.Update();
                timer.Change(
                    wait is { } time ? (time > ShortestWait ? time : ShortestWait) : Timeout.InfiniteTimeSpan,
                    Timeout.InfiniteTimeSpan
                );
                await _signal.Reader.WaitToReadAsync(stopping).ConfigureAwait(false);
                _signal.Reader.TryRead(out _);
            }
        }
    }

    private void OnOccupancy(Occupancy occupancy) => Signal();

    private void OnControls(ControlChange change) => Signal();

    private void OnHealth(HealthReport report) => Signal();

    private void Signal() => _signal.Writer.TryWrite(true);
}
