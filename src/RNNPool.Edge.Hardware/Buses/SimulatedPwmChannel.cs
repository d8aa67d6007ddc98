using System.Device.Pwm;

namespace RNNPool.Edge.Hardware.Buses;

/// <summary>A PWM channel that exists in memory only.</summary>
public sealed class SimulatedPwmChannel(int frequency) : PwmChannel
{
    private double _dutyCycle;

    /// <inheritdoc/>
    public override int Frequency { get; set; } = frequency;

    /// <inheritdoc/>
    public override double DutyCycle
    {
        get => Volatile.Read(ref _dutyCycle);
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 1);
            Volatile.Write(ref _dutyCycle, value);
        }
    }

    /// <summary>Whether the channel runs.</summary>
    public bool IsRunning { get; private set; }

    /// <summary>Width of the high part of a period.</summary>
    public TimeSpan PulseWidth => TimeSpan.FromSeconds(IsRunning ? DutyCycle / Frequency : 0);

    /// <inheritdoc/>
    public override void Start() => IsRunning = true;

    /// <inheritdoc/>
    public override void Stop() => IsRunning = false;
}
