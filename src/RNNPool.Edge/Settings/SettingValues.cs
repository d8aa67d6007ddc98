using System.Collections;
using System.Globalization;

namespace RNNPool.Edge.Settings;

/// <summary>Reads options objects back into keys and text.</summary>
internal static class SettingValues
{
    /// <summary>The values of an options object, as the configuration would hold them.</summary>
    /// <param name="node">Its section.</param>
    /// <param name="value">The object.</param>
    /// <param name="key">Begins every key.</param>
    public static IEnumerable<(string Key, string? Text)> Read(SettingNode node, object? value, string key)
    {
        switch (node.Shape)
        {
            case SettingShape.Value:
                return [(key, Text(value))];
            case SettingShape.Section:
                return value is null
                    ? []
                    : node.Children.SelectMany(child => Read(child.Value, child.Value.Property!.GetValue(value), $"{key}:{child.Key}"));
            case SettingShape.List:
                return ((IEnumerable?)value ?? Array.Empty<object>())
                    .Cast<object?>()
                    .SelectMany((entry, index) => Read(node.Entry!, entry, string.Create(CultureInfo.InvariantCulture, $"{key}:{index}")));
            default:
                return value is not IDictionary entries
                    ? []
                    : entries.Keys.Cast<object>().SelectMany(name => Read(node.Entry!, entries[name], $"{key}:{name}"));
        }
    }

    /// <summary>Whether two options objects of one class have the same values.</summary>
    public static bool Same(object first, object second)
    {
        SettingNode node = SettingNode.Root([("x", first.GetType())]).Child("x")!;
        return Read(node, first, "").SequenceEqual(Read(node, second, ""));
    }

    /// <summary>A value as a configuration file would hold it; null for one that is not set.</summary>
    public static string? Text(object? value) =>
        value switch
        {
            null => null,
            bool flag => flag ? "true" : "false",
            TimeSpan duration => duration.ToString("c", CultureInfo.InvariantCulture),
            _ => Convert.ToString(value, CultureInfo.InvariantCulture),
        };
}
