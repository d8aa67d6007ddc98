namespace RNNPool.Edge.Sinks.Mqtt.HomeAssistant;

/// <summary>What there is to announce.</summary>
/// <param name="Id">Identity of the device.</param>
/// <param name="Name">What people call it.</param>
/// <param name="Area">Where it is; null for unknown.</param>
/// <param name="Version">Version of this program.</param>
/// <param name="Model">Name of the network.</param>
/// <param name="Labels">What the network tells apart.</param>
/// <param name="Zones">Names of the zones.</param>
/// <param name="HasImages">Whether pictures may leave the device.</param>
/// <param name="ReportInterval">Time between two reports of figures.</param>
/// <param name="Topics">Where everything is published.</param>
/// <param name="Coprocessor">The coprocessor; null where there is none.</param>
internal sealed record DiscoverySubject(
    string Id,
    string Name,
    string? Area,
    string Version,
    string Model,
    IReadOnlyList<string> Labels,
    IReadOnlyList<string> Zones,
    bool HasImages,
    TimeSpan ReportInterval,
    MqttTopics Topics,
    CoprocessorSubject? Coprocessor
)
{
    /// <summary>Identifier of the device in Home Assistant's registry.</summary>
    public string DeviceKey => KeyOf(Id);

    /// <summary>Identifier of the coprocessor in Home Assistant's registry.</summary>
    public string CoprocessorKey => CoprocessorKeyOf(DeviceKey);

    /// <summary>The identifier of the device with an id.</summary>
    public static string KeyOf(string id) => $"rnnpool_edge_{id}";

    /// <summary>The identifier of a device's coprocessor.</summary>
    public static string CoprocessorKeyOf(string deviceKey) => deviceKey + "_coprocessor";

    /// <summary>The text as a part of an entity id: lower-case letters, digits and single underscores.</summary>
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

/// <summary>A coprocessor that is to be announced.</summary>
/// <param name="Board">Its board; null while it has not been seen.</param>
/// <param name="Firmware">Version of its firmware; null while it has not been seen.</param>
internal sealed record CoprocessorSubject(string? Board, string? Firmware);
