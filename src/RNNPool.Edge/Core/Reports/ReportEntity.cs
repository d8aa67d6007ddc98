using System.Text.Json.Nodes;

namespace RNNPool.Edge.Core.Reports;

/// <summary>
/// An entity of a home automation system, in the terms of Home Assistant's MQTT discovery. Options have its abbreviated keys; a value that
/// begins with <c>~/</c> is a topic below the prefix of the device.
/// </summary>
/// <param name="Key">Key of the entity; stays the same across versions and settings.</param>
/// <param name="Platform">Its platform, such as <c>sensor</c>.</param>
/// <param name="Name">Name after that of the device.</param>
/// <param name="Options">All other options.</param>
internal sealed record ReportEntity(string Key, string Platform, string Name, params (string Key, JsonNode Value)[] Options)
{
    /// <summary>A number that goes up and down.</summary>
    public const string Measurement = "measurement";

    /// <summary>The platform of a trigger of automations, which is no entity: it has neither a name nor a state.</summary>
    public const string TriggerPlatform = "device_automation";

    /// <summary>A trigger of automations.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="options">Its options.</param>
    public static ReportEntity Trigger(string key, params (string Key, JsonNode Value)[] options) =>
        new(key, TriggerPlatform, "", [("atype", "trigger"), .. options]);

    /// <summary>
    /// Whether the key is suggested as the entity id. Otherwise Home Assistant derives the id from the names of device and entity, because
    /// the slug of a name that is not ASCII differs from Home Assistant's.
    /// </summary>
    public bool SuggestsId { get; init; } = true;

    /// <summary>The text as a part of an entity key: lower-case letters, digits and single underscores.</summary>
    public static string Slug(string text)
    {
        var slug = new System.Text.StringBuilder(text.Length);
        foreach (char c in text)
        {
            if (char.IsAsciiLetterOrDigit(c))
                slug.Append(char.ToLowerInvariant(c));
            else if (slug.Length > 0 && slug[^1] != '_')
                slug.Append('_');
        }

        return slug.ToString().TrimEnd('_');
    }
}
