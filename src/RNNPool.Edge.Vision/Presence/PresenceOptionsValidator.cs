using Microsoft.Extensions.Options;
using RNNPool.Edge.Vision.Configuration;
using RNNPool.Edge.Vision.Tracking;

namespace RNNPool.Edge.Vision.Presence;

/// <summary>Checks <see cref="PresenceOptions"/>; each failure is a sentence that names the key, its value and what is allowed.</summary>
public sealed class PresenceOptionsValidator : IValidateOptions<PresenceOptions>
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, PresenceOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var checks = new OptionChecks(PresenceOptions.SectionName);
        checks.Range(nameof(options.EnterThreshold), options.EnterThreshold, 0.0001f, 0.9999f);
        checks.Range(nameof(options.LeaveThreshold), options.LeaveThreshold, 0.0001f, 0.9999f);
        if (options.LeaveThreshold > options.EnterThreshold)
            checks.Fail(
                nameof(options.LeaveThreshold),
                OptionChecks.Text(options.LeaveThreshold),
                $"it must be at most EnterThreshold, {OptionChecks.Text(options.EnterThreshold)}"
            );
        checks.Range(nameof(options.HistoryLength), options.HistoryLength, 1, 99);
        if (options.HistoryLength % 2 == 0)
            checks.Fail(
                nameof(options.HistoryLength),
                OptionChecks.Text(options.HistoryLength),
                "it must be odd, so that there is a middle score"
            );
        checks.Range(nameof(options.OffDelay), options.OffDelay, TimeSpan.Zero, TimeSpan.FromHours(1));
        checks.Range(nameof(options.UpdateInterval), options.UpdateInterval, TimeSpan.FromSeconds(0.1), TimeSpan.FromDays(1));
        checks.Range(nameof(options.MinUpdateInterval), options.MinUpdateInterval, TimeSpan.Zero, options.UpdateInterval);
        checks.Range(nameof(options.UpdateMove), options.UpdateMove, 0.01f, 10f);
        checks.Range(nameof(options.UpdateScore), options.UpdateScore, 0.01f, 1f);

        checks.Range(nameof(options.MinHeight), options.MinHeight, 0f, 1f);
        checks.Range(nameof(options.MinHeightPixels), options.MinHeightPixels, 0, 10000);
        if (
            options.StationaryAfter != TimeSpan.Zero
            && !(options.StationaryAfter >= TimeSpan.FromSeconds(10) && options.StationaryAfter <= TimeSpan.FromDays(7))
        )
            checks.Fail(
                nameof(options.StationaryAfter),
                OptionChecks.Text(options.StationaryAfter),
                "it must be 00:00:00 for never, or from 00:00:10 to 7.00:00:00"
            );
        checks.Range(nameof(options.StationaryJitter), options.StationaryJitter, 0.01f, 1f);
        checks.Range(nameof(options.StationaryOffDelay), options.StationaryOffDelay, TimeSpan.Zero, TimeSpan.FromDays(7));
        CheckLabels(checks, nameof(options.Labels), options.Labels);
        CheckZones(checks, options);

        TrackerOptions? tracker = options.Tracker;
        if (!checks.Present(nameof(options.Tracker), tracker))
            return checks.Result();
        checks.Range("Tracker:" + nameof(tracker.MatchIou), tracker.MatchIou, 0.01f, 1f);
        checks.Range("Tracker:" + nameof(tracker.MaxMiss), tracker.MaxMiss, TimeSpan.Zero, TimeSpan.FromSeconds(60));
        checks.Range("Tracker:" + nameof(tracker.MaxPrediction), tracker.MaxPrediction, TimeSpan.Zero, TimeSpan.FromSeconds(10));
        checks.Range("Tracker:" + nameof(tracker.VelocityGain), tracker.VelocityGain, 0f, 1f);
        checks.Range("Tracker:" + nameof(tracker.MaxTracks), tracker.MaxTracks, 1, 1024);
        return checks.Result();
    }

    private static void CheckZones(OptionChecks checks, PresenceOptions options)
    {
        if (options.Zones is not { } zones)
            return;
        if (zones.Count > ZoneSet.Max)
            checks.Fail(nameof(options.Zones), $"a list of {zones.Count}", $"it must have at most {ZoneSet.Max} zones");
        if (options.OnlyInZones && zones.Count == 0)
            checks.Fail(nameof(options.OnlyInZones), "true", "it must be false while there is no zone, or nothing would ever be announced");
        for (int i = 0; i < zones.Count; i++)
        {
            ZoneOptions zone = zones[i];
            string prefix = $"{nameof(options.Zones)}:{i}:";
            string name = zone.Name ?? "";
            if (name.Length is < 1 or > 32 || !name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '_'))
                checks.Fail(prefix + nameof(zone.Name), Quote(name), "it must be 1 to 32 lower-case letters, digits, - and _");
            else if (zones.Take(i).Any(other => other.Name == name))
                checks.Fail(prefix + nameof(zone.Name), Quote(name), "another zone has that name already");
            if (ZonePolygon.TryParse(zone.Polygon ?? "", out _) is { } wrong)
                checks.Fail(prefix + nameof(zone.Polygon), Quote(zone.Polygon ?? ""), $"it must {wrong}");
            checks.Known(prefix + nameof(zone.Anchor), zone.Anchor);
            checks.Range(prefix + nameof(zone.Margin), zone.Margin, 0f, 0.5f);
            checks.Range(prefix + nameof(zone.MinHeight), zone.MinHeight, 0f, 1f);
            checks.Range(prefix + nameof(zone.EnterThreshold), zone.EnterThreshold, 0f, 0.9999f);
            checks.Range(prefix + nameof(zone.LeaveThreshold), zone.LeaveThreshold, 0f, MathF.Max(0, zone.EnterThreshold));
            checks.Range(prefix + nameof(zone.OffDelay), zone.OffDelay, TimeSpan.Zero, TimeSpan.FromHours(1));
            CheckLabels(checks, prefix + nameof(zone.Labels), zone.Labels);
        }
    }

    private static void CheckLabels(OptionChecks checks, string key, string[]? labels)
    {
        const int MaxLabels = 64;
        if (labels is null)
            return;
        if (labels.Length > MaxLabels)
            checks.Fail(key, $"a list of {labels.Length}", $"it must have at most {MaxLabels} labels");
        for (int i = 0; i < labels.Length; i++)
        {
            if (labels[i] is not { Length: >= 1 and <= 64 } label || label.Any(char.IsControl))
                checks.Fail($"{key}:{i}", Quote(labels[i] ?? ""), "it must be a label of the model, such as face");
        }
    }

    private static string Quote(string text)
    {
        string clean = string.Concat(text.Select(c => char.IsControl(c) ? '?' : c));
        return $"'{(clean.Length <= 100 ? clean : string.Concat(clean.AsSpan(0, 97), "..."))}'";
    }
}
