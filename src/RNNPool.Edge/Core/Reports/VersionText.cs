using System.Text.Json;
using System.Text.Json.Nodes;

namespace RNNPool.Edge.Core.Reports;

/// <summary>A part of the device with its versions.</summary>
/// <param name="Name">Its name in the JSON object.</param>
/// <param name="Installed">The version in use; null while it is unknown.</param>
/// <param name="Latest">The newest version that the device knows; null when it knows none.</param>
internal sealed record PartVersion(string Name, string? Installed, string? Latest);

/// <summary>Versions as Home Assistant's update entities read them.</summary>
internal static class VersionText
{
    /// <summary>A JSON object with an object for each part. A part of unknown version is an empty object.</summary>
    public static byte[] Write(params ReadOnlySpan<PartVersion> parts)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartObject();
            foreach (PartVersion part in parts)
            {
                writer.WriteStartObject(part.Name);
                if (part.Installed is { } installed)
                    writer.WriteString("installed_version", installed);
                if (part is { Installed: not null, Latest: { } latest })
                    writer.WriteString("latest_version", latest);
                writer.WriteEndObject();
            }

            writer.WriteEndObject();
        }

        return stream.ToArray();
    }

    /// <summary>The update entity of a part.</summary>
    /// <param name="topic">Topic of the versions below the prefix.</param>
    /// <param name="part">Name of the part in the JSON object.</param>
    /// <param name="name">Name of the entity.</param>
    /// <param name="title">What the version is of.</param>
    /// <param name="more">Further options.</param>
    public static ReportEntity Entity(string topic, string part, string name, string title, params (string Key, JsonNode Value)[] more) =>
        new(
            $"{part}_version",
            "update",
            name,
            [
                ("stat_t", "~/" + topic),
                ("val_tpl", $"{{{{ value_json.{part} | to_json }}}}"),
                ("tit", title),
                ("ent_cat", "diagnostic"),
                .. more,
            ]
        );
}
