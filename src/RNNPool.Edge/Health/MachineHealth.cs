using System.Globalization;
using RNNPool.Edge.Core;

namespace RNNPool.Edge.Health;

/// <summary>Degrades the health while the processor is too hot or throttled. Reads the sensors at most every ten seconds.</summary>
internal sealed class TemperatureHealth(MachineSensors sensors, ILive<HealthOptions> options, TimeProvider timeProvider) : IHealthSource
{
    private readonly CachedReading<(double? Temperature, FirmwareFlags? Flags)> _reading = new(
        () => (sensors.Temperature(), sensors.Flags()),
        TimeSpan.FromSeconds(10),
        timeProvider
    );

    public string Name => "temperature";

    /// <summary>Degrees Celsius; null when the machine has no sensor.</summary>
    public double? Temperature => _reading.Value.Temperature;

    /// <summary>Whether the firmware throttles the processor for any reason; null when the machine does not report it.</summary>
    public bool? IsThrottled => _reading.Value.Flags is { } flags ? (flags & FirmwareFlags.AnyThrottling) != 0 : null;

    public string? Failure => null;

    public string? Degradation
    {
        get
        {
            (double? temperature, FirmwareFlags? flags) = _reading.Value;
            double limit = options.Current.MaxTemperature;
            string? hot =
                temperature >= limit
                    ? string.Create(CultureInfo.InvariantCulture, $"The processor is at {temperature:0} °C (limit {limit:0} °C).")
                    : null;
            return hot ?? (Throttling(flags ?? FirmwareFlags.None) is { } reason ? $"The machine is throttled: {reason}." : null);
        }
    }

    /// <summary>What has been wrong before, as a sentence; null for nothing.</summary>
    public string? Note =>
        _reading.Value.Flags is { } flags && (flags.Past() & FirmwareFlags.AnyThrottling) != 0
            ? "The processor was throttled at some time since the machine was switched on."
            : null;

    // Low voltage throttles too, but has a health source of its own.
    private static string? Throttling(FirmwareFlags flags)
    {
        if (flags.HasFlag(FirmwareFlags.UnderVoltage))
            return null;
        return flags.HasFlag(FirmwareFlags.Throttled) ? "the processor is throttled"
            : flags.HasFlag(FirmwareFlags.Capped) ? "the processor's frequency is capped"
            : flags.HasFlag(FirmwareFlags.SoftLimit) ? "the soft temperature limit is reached"
            : null;
    }
}

/// <summary>
/// Degrades the health while the disk of the state folder is almost full. Reads the free space at most every thirty seconds.
/// </summary>
internal sealed class DiskHealth(StateFolder folder, ILive<HealthOptions> options, TimeProvider timeProvider) : IHealthSource
{
    private readonly CachedReading<long?> _free = new(() => Free(folder), TimeSpan.FromSeconds(30), timeProvider);

    public string Name => "disk";

    /// <summary>Bytes free for this user on the disk of the state folder; null when they are unknown.</summary>
    public long? FreeBytes => _free.Value;

    public string? Failure => null;

    public string? Degradation =>
        folder.Failure
        ?? (
            FreeBytes is { } free && free < options.Current.MinFreeSpace * 1048576L
                ? string.Create(
                    CultureInfo.InvariantCulture,
                    $"Only {free / 1048576.0:0.0} MiB are free on the disk of {folder.Path} (limit {options.Current.MinFreeSpace} MiB)."
                )
                : null
        );

    private static long? Free(StateFolder folder)
    {
        try
        {
            return folder.IsUsable ? new DriveInfo(folder.Path).AvailableFreeSpace : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }
}

/// <summary>A reading that is repeated when it is too old. Thread-safe.</summary>
internal sealed class CachedReading<T>(Func<T> read, TimeSpan maxAge, TimeProvider timeProvider)
{
    private readonly Lock _lock = new();
    private long _taken;
    private bool _any;
    private T _value = default!;

    public T Value
    {
        get
        {
            lock (_lock)
            {
                if (_any && timeProvider.GetElapsedTime(_taken) < maxAge)
                    return _value;
                _value = read();
                _taken = timeProvider.GetTimestamp();
                _any = true;
                return _value;
            }
        }
    }
}
