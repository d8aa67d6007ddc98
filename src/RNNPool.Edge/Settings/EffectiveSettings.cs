using System.Text.Json.Serialization;

namespace RNNPool.Edge.Settings;

/// <summary>One setting in force.</summary>
/// <param name="Key">Full key.</param>
/// <param name="Value">Its value, or *** for a secret; null when it is not set.</param>
/// <param name="Origin">Where it comes from: a file, <c>environment</c>, <c>command line</c> or <c>default</c>.</param>
/// <param name="Applies">When a change applies: <c>at once</c> or <c>after a restart</c>.</param>
internal sealed record ShownSetting(string Key, string? Value, string Origin, string Applies);

/// <summary>Lists the settings in force without secrets.</summary>
internal static class EffectiveSettings
{
    /// <summary>Lists the settings by key.</summary>
    /// <param name="schema">The known keys.</param>
    /// <param name="settings">The settings.</param>
    /// <param name="all">Whether to add the defaults of settings that are not set.</param>
    public static IEnumerable<ShownSetting> List(SettingsSchema schema, DeviceSettings settings, bool all)
    {
        ShownSetting Show(string key, string? value, string origin) =>
            new(key, schema.Mask(key, value), origin, schema.IsLive(key) ? "at once" : "after a restart");

        IEnumerable<ShownSetting> set = settings
            .Values.Where(pair => pair.Value.Value is not null)
            .Select(pair => Show(pair.Key, pair.Value.Value, pair.Value.Origin));
        if (!all)
            return set.OrderBy(setting => setting.Key, StringComparer.OrdinalIgnoreCase);
        IEnumerable<ShownSetting> defaults = schema
            .Root.Children.SelectMany(section => SettingValues.Read(section.Value, section.Value.CreateDefault(), section.Key))
            .Where(value => !settings.Values.TryGetValue(value.Key, out Setting known) || known.Value is null)
            .Select(value => Show(value.Key, value.Text, "default"));
        return set.Concat(defaults).OrderBy(setting => setting.Key, StringComparer.OrdinalIgnoreCase);
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(ShownSetting[]))]
internal sealed partial class EffectiveSettingsJson : JsonSerializerContext;
