using System.Device.I2c;
using System.Device.Pwm;
using System.Device.Spi;
using Microsoft.Extensions.Time.Testing;
using RNNPool.Edge.Core;
using RNNPool.Edge.Events;
using RNNPool.Edge.Hardware.Buses;
using RNNPool.Edge.Parts;
using RNNPool.Edge.Pipeline.Control;
using RNNPool.Edge.Tests.Pipeline.Inference;
using RNNPool.Edge.Tests.Support;
using RNNPool.Edge.Vision.Presence;

namespace RNNPool.Edge.Tests.Parts;

/// <summary>The parts of a device that displays and lights read, in virtual time.</summary>
internal sealed class PartBench : IBuses, IDisposable
{
    public PartBench()
    {
        Occupancy = new OccupancyState(Time, new PresenceOptions());
        Controls = ControlsFixture.Detached(Time);
        Source = new DisplaySource(Occupancy, Controls, Health, Page, Detector);
        Signal = new PartSignal(Time);
        Triggers = new PartTriggers(Occupancy, Controls, Health);
    }

    public FakeTimeProvider Time { get; } = new(Samples.Noon);

    public OccupancyState Occupancy { get; }

    public DeviceControls Controls { get; }

    public FakeHealth Health { get; } = new();

    public PageAddress Page { get; } = new();

    public FakeDetector Detector { get; } = new();

    public DisplaySource Source { get; }

    public PartSignal Signal { get; }

    public PartTriggers Triggers { get; }

    /// <summary>Announces presences of a label, in addition to the present ones.</summary>
    public void Enter(int count, string label = "face")
    {
        for (int i = 0; i < count; i++)
            Occupancy.Apply(Samples.Event(id: $"{label}{Occupancy.Current.Count}", label: label));
    }

    /// <summary>Ends all presences.</summary>
    public void Leave()
    {
        foreach (PresenceEvent presence in Occupancy.Presences())
            Occupancy.Apply(presence with { Type = PresenceEventKind.End });
    }

    /// <inheritdoc/>
    public I2cDevice OpenI2c(int bus, int address) => throw new IOException($"/dev/i2c-{bus} is missing; enable the bus.");

    /// <inheritdoc/>
    public SpiDevice OpenSpi(SpiConnectionSettings settings) => throw new IOException("/dev/spidev0.0 is missing; enable the bus.");

    /// <inheritdoc/>
    public PwmChannel OpenPwm(int chip, int channel, int frequency) => throw new IOException($"pwmchip{chip} is missing; enable it.");

    public void Dispose()
    {
        Triggers.Dispose();
        Signal.Dispose();
        Occupancy.Dispose();
    }
}

/// <summary>A health that a test sets.</summary>
internal sealed class FakeHealth : IHealthMonitor
{
    public HealthReport Current { get; private set; } = Report(null);

    public event Action<HealthReport>? Changed;

    public void Set(string? failure)
    {
        Current = Report(failure);
        Changed?.Invoke(Current);
    }

    private static HealthReport Report(string? failure) =>
        new(
            failure is null,
            failure is null ? HealthState.Good : HealthState.Failed,
            failure is null ? [] : [failure],
            [],
            null,
            0,
            0,
            0,
            []
        );
}
