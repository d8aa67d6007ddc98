using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using RNNPool.Edge.Core;
using RNNPool.Edge.Events;
using RNNPool.Edge.Hardware.Gpio;
using RNNPool.Edge.Parts;
using RNNPool.Edge.Pipeline.Control;
using RNNPool.Edge.Tests.Sinks.Gpio;
using RNNPool.Edge.Tests.Support;
using RNNPool.Edge.Vision.Presence;

namespace RNNPool.Edge.Tests.Parts;

/// <summary>The device around one part. A test opens the part and updates it at times that it chooses; no thread is involved.</summary>
internal sealed class InputBench : IDisposable
{
    private readonly FakeTimeProvider _time = new(Samples.Noon);

    public InputBench(bool edges = true, PresenceOptions? presence = null)
    {
        Gpio = new FakeGpio { ReportsEdges = edges };
        Pins = new PinFactory(Gpio, Simulated);
        Occupancy = new OccupancyState(_time, presence ?? new PresenceOptions());
        Controls = ControlsFixture.Detached(_time);
        Triggers = new PartTriggers(Occupancy, Controls, new Health());
        Acknowledgement = new Acknowledgement(Triggers, Occupancy);
        Light = new AmbientLight(Triggers);
        Signal = new PartSignal(_time);
    }

    /// <summary>The chip of the header; lines that are not simulated are its.</summary>
    public FakeGpio Gpio { get; }

    public SimulatedPins Simulated { get; } = new();

    public PinFactory Pins { get; }

    public OccupancyState Occupancy { get; }

    public DeviceControls Controls { get; }

    public PartTriggers Triggers { get; }

    public Acknowledgement Acknowledgement { get; }

    public AmbientLight Light { get; }

    public PartSignal Signal { get; }

    public static IOptions<T> Options<T>(T value)
        where T : class => Microsoft.Extensions.Options.Options.Create(value);

    /// <summary>A time in whole milliseconds, so that sums of seconds are exact.</summary>
    public static TimeSpan Seconds(double seconds) => TimeSpan.FromMilliseconds((long)Math.Round(seconds * 1000));

    public void Dispose()
    {
        Signal.Dispose();
        Triggers.Dispose();
        Occupancy.Dispose();
    }

    private sealed class Health : IHealthMonitor
    {
        public event Action<HealthReport>? Changed
        {
            add { }
            remove { }
        }

        public HealthReport Current { get; } = new(true, HealthState.Good, [], [], null, 0, 0, 0, []);
    }
}
