namespace RNNPool.Edge.Settings;

/// <summary>Which settings apply while the device runs.</summary>
public static class LiveSettings
{
    private static readonly string[] Prefixes =
    [
        "Presence:",
        "Health:",
        "Logging:LogLevel:",
        "Journal:MaxAge",
        "Journal:MaxSize",
        "Journal:Thumbnail",
        "Device:AllowImages",
    ];

    /// <summary>Whether a change of the setting applies at once; others need a restart.</summary>
    public static bool Contains(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return Prefixes.Any(prefix => key.StartsWith(prefix, StringComparison.OrdinalIgnoreCase));
    }
}
