using System.Globalization;
using Microsoft.Extensions.Options;
using RNNPool.Edge.Core;

namespace RNNPool.Edge.Health;

/// <summary>A processor that is too hot or held back. Read at most every ten seconds.</summary>
internal sealed class TemperatureHealth(MachineSensors sensors, IOptionsMonitor<HealthOptions> options, TimeProvider timeProvider)
    : IHealthSource
{
    private readonly Aged<(double? Temperature, string? Throttling)> _reading = new(
        () => (sensors.Temperature(), sensors.Throttling()),
        TimeSpan.FromSeconds(10),
        timeProvider
    );

    public string Name => "temperature";

    /// <summary>Degrees Celsius; null when the machine does not tell.</summary>
    public double? Temperature => _reading.Value.Temperature;

    public string? Failure => null;

    public string? Degradation
    {
        get
        {
            (double? temperature, string? throttling) = _reading.Value;
            string? hot =
                temperature >= options.CurrentValue.MaxTemperature
                    ? string.Create(
                        CultureInfo.InvariantCulture,
                        $"The processor is at {temperature:0} °C (limit {options.CurrentValue.MaxTemperature:0} °C)."
                    )
                    : null;
            return hot ?? (throttling is null ? null : $"The machine is held back: {throttling}.");
        }
    }
}

/// <summary>A disk of the state folder that is about to be full. Looked at every thirty seconds at most.</summary>
internal sealed class DiskHealth(StateFolder folder, IOptionsMonitor<HealthOptions> options, TimeProvider timeProvider) : IHealthSource
{
    private readonly Aged<long?> _free = new(() => Free(folder), TimeSpan.FromSeconds(30), timeProvider);

    public string Name => "disk";

    /// <summary>Bytes free for this user on the disk of the state folder; null when it cannot be told.</summary>
    public long? FreeBytes => _free.Value;

    public string? Failure => null;

    public string? Degradation =>
        folder.Failure
        ?? (
            FreeBytes is { } free && free < options.CurrentValue.MinFreeSpace * 1048576L
                ? string.Create(
                    CultureInfo.InvariantCulture,
                    $"Only {free / 1048576.0:0.0} MiB are free on the disk of {folder.Path} (limit {options.CurrentValue.MinFreeSpace} MiB)."
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

/// <summary>A reading that is taken again when it is too old. Thread-safe.</summary>
internal sealed class Aged<T>(Func<T> read, TimeSpan maxAge, TimeProvider timeProvider)
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
                if (!_any || timeProvider.GetElapsedTime(_taken) >= maxAge)
                    (_value, _any, _taken) = (read(), true, timeProvider.GetTimestamp());
                return _value;
            }
        }
    }
}
