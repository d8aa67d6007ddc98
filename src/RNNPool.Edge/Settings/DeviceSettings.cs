namespace RNNPool.Edge.Settings;

/// <summary>One setting that a source sets.</summary>
/// <param name="Value">Its value as text; null in a file.</param>
/// <param name="Origin">A file's path, <c>environment</c> or <c>command line</c>.</param>
public readonly record struct Setting(string? Value, string Origin);

/// <summary>The sources of the settings, so that they can be read again.</summary>
/// <param name="File">A configuration file in place of the system's; null for the system's.</param>
/// <param name="Overrides">Settings of the command line.</param>
/// <param name="SystemFile">Whether the system's file is read at all.</param>
/// <param name="SetUp">Whether a device may start without a camera, to be set up on its page.</param>
/// <param name="MayBeMissing">Whether <paramref name="File"/> may be missing, because the page creates it.</param>
public sealed record SettingSources(
    string? File,
    IReadOnlyList<KeyValuePair<string, string?>> Overrides,
    bool SystemFile = true,
    bool SetUp = false,
    bool MayBeMissing = false
);

/// <summary>All settings of all sources by priority; keys are known and values have the right type.</summary>
/// <param name="Sources">The sources.</param>
/// <param name="File">The configuration file, which may be missing; null for none.</param>
/// <param name="Values">The settings by key.</param>
public sealed record DeviceSettings(SettingSources Sources, string? File, IReadOnlyDictionary<string, Setting> Values)
{
    /// <summary>The keys whose values differ between two readings.</summary>
    public IEnumerable<string> Differences(DeviceSettings other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Values
            .Keys.Union(other.Values.Keys, StringComparer.OrdinalIgnoreCase)
            .Where(key => Values.GetValueOrDefault(key).Value != other.Values.GetValueOrDefault(key).Value)
            .Order(StringComparer.OrdinalIgnoreCase);
    }
}

/// <summary>Gives the settings to the options framework; live ones may be replaced while the device runs.</summary>
internal sealed class DeviceSettingsProvider : ConfigurationProvider, IConfigurationSource
{
    public DeviceSettingsProvider(DeviceSettings settings)
    {
        Settings = settings;
        Fill();
    }

    /// <summary>The settings in force.</summary>
    public DeviceSettings Settings { get; private set; }

    /// <summary>Replaces the settings in force and notifies the subscribers.</summary>
    public void Replace(DeviceSettings settings)
    {
        Settings = settings;
        Fill();
        OnReload();
    }

    public IConfigurationProvider Build(IConfigurationBuilder builder) => this;

    private void Fill() =>
        Data = Settings.Values.ToDictionary(pair => pair.Key, pair => pair.Value.Value, StringComparer.OrdinalIgnoreCase);
}
