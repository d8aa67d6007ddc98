using Microsoft.Extensions.Options;

namespace RNNPool.Edge.Settings;

/// <summary>Which settings apply while the device runs.</summary>
public static class LiveSettings
{
    private static readonly string[] Prefixes = ["Presence:", "Health:", "Logging:LogLevel:", "Journal:MaxAge", "Journal:MaxSize", "Journal:Thumbnail", "Device:AllowImages"];

    /// <summary>Whether a change of the setting applies at once; others need a restart.</summary>
    public static bool Contains(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return Prefixes.Any(prefix => key.StartsWith(prefix, StringComparison.OrdinalIgnoreCase));
    }
}

/// <summary>
/// The settings of one section as they are now. The object stays the same for as long as no value in it changes, whatever else is
/// changed, so that comparing references tells of changes. Thread-safe.
/// </summary>
public sealed class LiveSettings<T> : IDisposable
    where T : class
{
    private readonly IDisposable? _subscription;
    private volatile T _current;

    /// <summary>Takes the present settings.</summary>
    public LiveSettings(IOptions<T> first, IOptionsMonitor<T> monitor)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(monitor);
        _current = first.Value;
        _subscription = monitor.OnChange(value =>
        {
            if (!SettingValues.Same(_current, value)) _current = value;
        });
    }

    /// <summary>What holds now.</summary>
    public T Current => _current;

    /// <inheritdoc/>
    public void Dispose() => _subscription?.Dispose();
}
