using System.Text.Json;
using RNNPool.Edge.Settings;

namespace RNNPool.Edge.Web.Settings;

/// <summary>The outcome of an edit of the configuration file.</summary>
/// <param name="Changed">What has changed; empty when there are errors.</param>
/// <param name="Errors">One sentence for each setting that is not allowed; nothing is written when there is one.</param>
internal sealed record SettingsEdit(SettingsChanged Changed, IReadOnlyDictionary<string, string> Errors);

/// <summary>Validates values that the page sends, and writes them into the configuration file.</summary>
internal sealed class SettingsEditor(SettingsWriter writer, SettingsSchema schema)
{
    /// <summary>Applies validated changes.</summary>
    /// <param name="changes">The changes.</param>
    /// <param name="field">Translates the key of a setting into a field of the request; null when they are the same.</param>
    /// <exception cref="IOException">The file cannot be read or written; the message is a sentence.</exception>
    public async Task<SettingsEdit> ApplyAsync(IReadOnlyList<SettingChange> changes, Func<string, string>? field = null)
    {
        // A change that has begun is completed even if the browser disconnects.
        SettingsOutcome outcome = await writer.ApplyAsync(changes, CancellationToken.None).ConfigureAwait(false);
        var errors = new Dictionary<string, string>();
        foreach (string sentence in outcome.Problems)
        {
            string key = sentence.Split(' ')[0].TrimEnd(':', '.');
            errors.TryAdd(key.Contains(':') ? field?.Invoke(key) ?? key : "", sentence);
        }

        var changed = new SettingsChanged(outcome.Changed, [.. outcome.Changed.Where(key => !schema.IsLive(key))]);
        return new SettingsEdit(changed, errors);
    }

    /// <summary>Validates a value by the type of its setting.</summary>
    /// <returns>Why it is not allowed, as a sentence; null when it is.</returns>
    public string? Validate(DeviceSettings fresh, string name, JsonElement value, out SettingChange change)
    {
        change = default;
        string key = schema.Canonical(name),
            shown = SettingRules.Printable(name);
        SettingNode? node = schema.Find(key, out string reached);
        if (node is null || reached != key)
        {
            string? near = schema.Nearest(name);
            return $"{shown} is not a setting{(near is null ? "." : $"; did you mean {near}?")}";
        }

        if (SettingCatalogue.FindLock(node, fresh, key) is { } reason)
            return reason;
        if (value.ValueKind == JsonValueKind.Null)
        {
            change = new SettingChange(key, null);
            return null;
        }

        if (node.Shape == SettingShape.List && node.Entry!.Shape == SettingShape.Value)
        {
            if (value.ValueKind != JsonValueKind.Array || value.EnumerateArray().Any(entry => entry.ValueKind != JsonValueKind.String))
                return $"{key} must be a list of texts.";
            change = new SettingChange(key, value.GetRawText());
            return null;
        }

        if (node.Shape != SettingShape.Value)
            return $"{key} is {SettingsSchema.Describe(node)}; name a setting in it.";
        string? text = value.ValueKind switch
        {
            JsonValueKind.String => value.GetString(),
            JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => value.GetRawText(),
            _ => null,
        };
        if (text is null || !SettingsSchema.Fits(node.Type, text))
            return $"{key} must be {SettingsSchema.Describe(node)}.";
        if (text.Contains("://", StringComparison.Ordinal) && text.Contains(AddressSecrets.Mark, StringComparison.Ordinal))
            return $"{key} has hidden credentials; enter them in full.";
        change = new SettingChange(key, value.GetRawText());
        return null;
    }
}
