namespace RNNPool.Edge.Vision.Presence;

/// <summary>Compares the labels of the settings with those of the model, which are not known when the settings are validated.</summary>
public static class PresenceLabels
{
    /// <summary>The settings with a label that the model does not have, and that therefore never has a detection.</summary>
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
