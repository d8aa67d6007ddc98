using System.Globalization;
using RNNPool.Edge.Vision.Configuration;

namespace RNNPool.Edge.Vision.Presence;

/// <summary>The rules for the zones of one camera, besides the attributes.</summary>
public static class ZoneRules
{
    /// <summary>Adds a failure for each rule that a zone violates.</summary>
    /// <param name="rules">Receives the failures.</param>
    /// <param name="list">Key of the list in its section, with a colon at its end.</param>
    /// <param name="zones">The zones.</param>
    public static void Check(SettingRules rules, string list, IReadOnlyList<ZoneOptions> zones)
    {
        ArgumentNullException.ThrowIfNull(rules);
        ArgumentNullException.ThrowIfNull(zones);
        for (int i = 0; i < zones.Count; i++)
        {
            ZoneOptions zone = zones[i];
            string prefix = string.Create(CultureInfo.InvariantCulture, $"{list}{i}:");
            if (zones.Take(i).Any(other => other.Name == zone.Name))
                rules.Check(prefix + nameof(zone.Name), zone.Name, false, "another zone has that name already");
            if (!string.IsNullOrEmpty(zone.Polygon) && ZonePolygon.TryParse(zone.Polygon, out _) is { } wrong)
                rules.Check(prefix + nameof(zone.Polygon), zone.Polygon, false, $"it must {wrong}");
            if (zone.LeaveThreshold > zone.EnterThreshold)
            {
                string allowed = string.Create(CultureInfo.InvariantCulture, $"it must be at most EnterThreshold, {zone.EnterThreshold}");
                rules.Check(prefix + nameof(zone.LeaveThreshold), zone.LeaveThreshold, false, allowed);
            }
        }
    }
}
