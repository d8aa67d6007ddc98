using Microsoft.Extensions.Options;
using RNNPool.Edge.Vision.Presence;

namespace RNNPool.Edge.Events;

/// <summary>Presences that count for an output: all, those in a zone, or those of a label.</summary>
internal readonly record struct PresenceSource
{
    /// <summary>The sources as a regular expression.</summary>
    public const string Pattern = $"^(?:{Alternatives})$";

    /// <summary>The same without anchors.</summary>
    public const string Alternatives = @"occupancy|(?:zone|label):[\s\S]{1,64}";

    /// <summary>What is allowed, to complete "it must be ...".</summary>
    public const string Allowed = "one of occupancy, zone:NAME, label:NAME";

    /// <summary>Name of the zone; null unless one is meant.</summary>
    public string? Zone { get; private init; }

    /// <summary>Name of the label; null unless one is meant.</summary>
    public string? Label { get; private init; }

    /// <summary>Parses a source.</summary>
    public static bool TryParse(string? text, out PresenceSource source)
    {
        string[] parts = text?.Split(':', 2) ?? [];
        PresenceSource? parsed = parts switch
        {
            ["occupancy"] => new PresenceSource(),
            ["zone", { Length: > 0 and <= 64 } zone] => new PresenceSource { Zone = zone },
            ["label", { Length: > 0 and <= 64 } label] => new PresenceSource { Label = label },
            _ => null,
        };
        source = parsed ?? default;
        return parsed is not null;
    }

    /// <summary>Parses a validated source.</summary>
    public static PresenceSource Parse(string text) =>
        TryParse(text, out PresenceSource source)
            ? source
            : throw new ArgumentException("The source has not been validated.", nameof(text));

    /// <summary>Number of presences that count.</summary>
    public int Count(Occupancy occupancy)
    {
        ArgumentNullException.ThrowIfNull(occupancy);
        return Zone is not null ? occupancy.ZoneCounts.GetValueOrDefault(Zone)
            : Label is not null ? occupancy.Counts.GetValueOrDefault(Label)
            : occupancy.Count;
    }

    /// <summary>What is allowed instead of a zone that is not configured; null when there is no such error.</summary>
    /// <param name="presence">The zones of the main camera. When they are invalid, their own validator reports it.</param>
    /// <param name="others">Reads the zones of the other cameras; null for none. The same holds for them.</param>
    public string? FindUnknownZone(IOptions<PresenceOptions> presence, Func<IEnumerable<string>>? others = null)
    {
        ArgumentNullException.ThrowIfNull(presence);
        string[] zones;
        try
        {
            zones = [.. presence.Value.Zones.Select(zone => zone.Name), .. others?.Invoke() ?? []];
        }
        catch (OptionsValidationException)
        {
            return null;
        }

        if (Zone is null || zones.Contains(Zone, StringComparer.Ordinal))
            return null;
        return zones.Length == 0
            ? "there is no zone; add it to Presence:Zones"
            : $"it must name a zone of Presence:Zones: {string.Join(", ", zones)}";
    }
}
