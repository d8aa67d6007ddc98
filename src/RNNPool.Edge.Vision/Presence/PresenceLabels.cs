namespace RNNPool.Edge.Vision.Presence;

/// <summary>Compares the labels of the settings with those of the model, which settings alone cannot know.</summary>
public static class PresenceLabels
{
    /// <summary>The settings that name a label that the model never gives, and so wait for something that never comes.</summary>
    /// <param name="options">The settings.</param>
    /// <param name="labels">The model's labels.</param>
    public static IEnumerable<(string Key, string Label)> Unknown(PresenceOptions options, IReadOnlyList<string> labels)
    {
        ArgumentNullException.ThrowIfNull(options);
        IEnumerable<(string Key, string Label)> named = Numbered($"{PresenceOptions.SectionName}:{nameof(options.Labels)}", options.Labels)
            .Concat(
                options.Zones.SelectMany(
                    (zone, i) => Numbered($"{PresenceOptions.SectionName}:{nameof(options.Zones)}:{i}:{nameof(zone.Labels)}", zone.Labels)
                )
            );
        return named.Where(setting => !labels.Contains(setting.Label, StringComparer.Ordinal));
    }

    private static IEnumerable<(string Key, string Label)> Numbered(string key, string[] labels) =>
        labels.Select((label, i) => ($"{key}:{i}", label));
}
