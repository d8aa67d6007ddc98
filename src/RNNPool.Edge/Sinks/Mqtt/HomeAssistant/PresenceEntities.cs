using System.Text.Json.Nodes;
using RNNPool.Edge.Core;
using RNNPool.Edge.Core.Reports;
using RNNPool.Edge.Vision.Detectors;
using RNNPool.Edge.Vision.Presence;

namespace RNNPool.Edge.Sinks.Mqtt.HomeAssistant;

/// <summary>The entities of occupancy, labels, zones and events. They follow the zones and labels of the live settings.</summary>
internal sealed class PresenceEntities : IReportSource, IDisposable
{
    private const string State = "~/state";
    private const string CountSuffix = "_count";

    private readonly IDetector _detector;
    private readonly ILive<PresenceOptions> _presence;
    private readonly IDisposable _subscription;

    /// <summary>Follows the settings.</summary>
    public PresenceEntities(IDetector detector, ILive<PresenceOptions> presence)
    {
        _detector = detector;
        _presence = presence;
        _subscription = presence.OnChange(_ => Changed?.Invoke());
    }

    /// <inheritdoc/>
    public event Action? Changed;

    /// <inheritdoc/>
    public IReadOnlyList<ReportEntity> Entities
    {
        get
        {
            PresenceOptions presence = _presence.Current;
            IReadOnlyList<string> labels = FindLabels(_detector, presence);
            List<ReportEntity> entities =
            [
                new(
                    "occupancy",
                    "binary_sensor",
                    "Occupancy",
                    ("stat_t", State),
                    ("val_tpl", "{{ 'ON' if value_json.occupied else 'OFF' }}"),
                    ("dev_cla", "occupancy")
                ),
                Count("count", "Count", "value_json.count", ("ic", "mdi:account-multiple")),
            ];
            foreach ((string label, string key) in EntityKeys.Assign("count_", labels.Count > 1 ? labels : []))
                entities.Add(Named(Count(key, $"Count of {label}", $"value_json.counts.get({Quote(label)}, 0)"), label));
            IEnumerable<string> zones = presence.Zones.Select(zone => zone.Name);
            foreach ((string zone, string key) in EntityKeys.Assign("zone_", zones, CountSuffix))
                AddZone(entities, zone, key);
            entities.Add(
                new(
                    "presence",
                    "event",
                    "Presence",
                    ("stat_t", "~/events"),
                    ("evt_typ", new JsonArray("new", "update", "end")),
                    ("val_tpl", "{{ dict(value_json, event_type=value_json.type) | to_json }}"),
                    ("ic", "mdi:face-recognition")
                )
            );
            return entities;
        }
    }

    public void Dispose() => _subscription.Dispose();

    /// <summary>The labels of presences.</summary>
    internal static IReadOnlyList<string> FindLabels(IDetector detector, PresenceOptions presence) =>
        presence.Labels.Length > 0
            ? [.. detector.Labels.Where(label => presence.Labels.Contains(label, StringComparer.Ordinal))]
            : detector.Labels;

    private static void AddZone(List<ReportEntity> entities, string zone, string key)
    {
        string count = $"value_json.zoneCounts.get({Quote(zone)}, 0)";
        var occupancy = new ReportEntity(
            key,
            "binary_sensor",
            $"Zone {zone}",
            ("stat_t", State),
            ("val_tpl", $"{{{{ 'ON' if {count} > 0 else 'OFF' }}}}"),
            ("dev_cla", "occupancy")
        );
        entities.Add(Named(occupancy, zone));
        entities.Add(Named(Count(key + CountSuffix, $"Count in zone {zone}", count), zone));
    }

    /// <summary>Leaves the entity id to Home Assistant unless it is the slug of the name.</summary>
    private static ReportEntity Named(ReportEntity entity, string name) =>
        entity with
        {
            SuggestsId = name.All(char.IsAscii) && !entity.Key.Contains(EntityKeys.Hash(name), StringComparison.Ordinal),
        };

    private static ReportEntity Count(string key, string name, string expression, params (string Key, JsonNode Value)[] more) =>
        new(
            key,
            "sensor",
            name,
            [("stat_t", State), ("val_tpl", $"{{{{ {expression} }}}}"), ("stat_cla", ReportEntity.Measurement), .. more]
        );

    // A string literal of the template language; labels come from the file of a model.
    private static string Quote(string text) =>
        "'" + text.Replace("\\", @"\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal) + "'";
}
