using RNNPool.Edge.Core;

namespace RNNPool.Edge.Health;

/// <summary>
/// Degrades the health while the supply voltage of a Raspberry Pi is too low, and for a minute afterwards, because it drops for moments
/// only. Thread-safe.
/// </summary>
internal sealed class PowerHealth(MachineSensors sensors, TimeProvider timeProvider) : IHealthSource
{
    // The driver of the alarm reads the firmware every two seconds.
    private static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(2);

    /// <summary>How long a drop of the voltage counts as present.</summary>
    private static readonly TimeSpan Hold = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly CachedReading<(bool? Low, bool Past)> _reading = new(
        () => (sensors.IsVoltageLow(), (sensors.Flags() ?? FirmwareFlags.None).Past().HasFlag(FirmwareFlags.UnderVoltage)),
        MaxAge,
        timeProvider
    );
    private long? _lastLow;

    /// <inheritdoc/>
    public string Name => "power";

    /// <inheritdoc/>
    public string? Failure => null;

    /// <inheritdoc/>
    public string? Degradation => IsLow == true ? "The supply voltage is too low; use a stronger power supply or a shorter cable." : null;

    /// <summary>Whether the supply voltage is too low; null when the machine does not report it.</summary>
    public bool? IsLow => Read().Low;

    /// <summary>What has been wrong with the supply before, as a sentence; null for nothing.</summary>
    public string? Note =>
        Read() is { Low: false, Past: true } ? "The supply voltage was too low at some time since the machine was switched on." : null;

    private (bool? Low, bool Past) Read()
    {
        (bool? low, bool past) = _reading.Value;
        lock (_lock)
        {
            if (low == true)
                _lastLow = timeProvider.GetTimestamp();
            if (_lastLow is not { } last)
                return (low, past);
            bool held = timeProvider.GetElapsedTime(last) < Hold;
            return (low is null && !held ? null : held, Past: true);
        }
    }
}
