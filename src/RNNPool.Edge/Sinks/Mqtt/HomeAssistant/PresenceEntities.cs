using System.Text.Json.Nodes;
using RNNPool.Edge.Core;
using RNNPool.Edge.Core.Reports;
using RNNPool.Edge.Events;
using RNNPool.Edge.Pipeline;
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
    private readonly CameraSet? _cameras;
    private readonly ICameraZones? _zones;
    private readonly IDisposable _subscription;

    /// <summary>Follows the settings.</summary>
    /// <param name="detector">The model.</param>
    /// <param name="presence">The labels, and the zones of the main camera.</param>
    /// <param name="cameras">The cameras; null for one.</param>
    /// <param name="zones">The zones of all cameras; null for those of the main one.</param>
    public PresenceEntities(IDetector detector, ILive<PresenceOptions> presence, CameraSet? cameras = null, ICameraZones? zones = null)
    {
        _detector = detector;
        _presence = presence;
        _cameras = cameras;
        _zones = zones;
        _subscription = presence.OnChange(_ => RaiseChanged());
        if (zones is not null)
            zones.Changed += RaiseChanged;
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
                Occupancy("occupancy", "Occupancy", State, "value_json.occupied"),
                Count("count", "Count", State, "value_json.count", ("ic", "mdi:account-multiple")),
            ];
            foreach ((string label, string key) in EntityKeys.Assign("count_", labels.Count > 1 ? labels : []))
                entities.Add(Named(Count(key, $"Count of {label}", State, LabelCount(label)), label));
            IEnumerable<string> zones = _zones?.All ?? presence.Zones.Select(zone => zone.Name);
            foreach ((string zone, string key) in EntityKeys.Assign("zone_", zones, CountSuffix))
                AddZone(entities, zone, key);
            if (_cameras is { Count: > 1 })
                AddCameras(entities, _cameras.Select(camera => camera.Name), labels.Count > 1 ? labels : []);
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

    public void Dispose()
    {
        _subscription.Dispose();
        if (_zones is not null)
            _zones.Changed -= RaiseChanged;
    }

    /// <summary>The labels of presences.</summary>
    internal static IReadOnlyList<string> FindLabels(IDetector detector, PresenceOptions presence) =>
        presence.Labels.Length > 0
            ? [.. detector.Labels.Where(label => presence.Labels.Contains(label, StringComparer.Ordinal))]
            : detector.Labels;

    private void RaiseChanged() => Changed?.Invoke();

    /// <summary>Adds the occupancy and the counts of each camera of several.</summary>
    private static void AddCameras(List<ReportEntity> entities, IEnumerable<string> cameras, IReadOnlyList<string> labels)
    {
        foreach ((string camera, string key) in EntityKeys.Assign("camera_", cameras, CountSuffix))
        {
            string state = "~/" + CameraTopics.Below(camera, MqttTopics.StateName);
            entities.Add(Named(Occupancy(key, $"Camera {camera}", state, "value_json.occupied"), camera));
            entities.Add(Named(Count(key + CountSuffix, $"Count of camera {camera}", state, "value_json.count"), camera));
            foreach ((string label, string own) in EntityKeys.Assign($"{key}{CountSuffix}_", labels))
                entities.Add(Named(Count(own, $"Count of {label} of camera {camera}", state, LabelCount(label)), camera + label));
        }
    }

    private static void AddZone(List<ReportEntity> entities, string zone, string key)
    {
        string count = $"value_json.zoneCounts.get({Quote(zone)}, 0)";
        entities.Add(Named(Occupancy(key, $"Zone {zone}", State, $"{count} > 0"), zone));
        entities.Add(Named(Count(key + CountSuffix, $"Count in zone {zone}", State, count), zone));
    }

    private static string LabelCount(string label) => $"value_json.counts.get({Quote(label)}, 0)";

    private static ReportEntity Occupancy(string key, string name, string topic, string condition) =>
        new(
            key,
            "binary_sensor",
            name,
            ("stat_t", topic),
            ("val_tpl", $"{{{{ 'ON' if {condition} else 'OFF' }}}}"),
            ("dev_cla", "occupancy")
        );

    /// <summary>Leaves the entity id to Home Assistant unless it is the slug of the name.</summary>
    private static ReportEntity Named(ReportEntity entity, string name) =>
        entity with
        {
            SuggestsId = name.All(char.IsAscii) && !entity.Key.Contains(EntityKeys.Hash(name), StringComparison.Ordinal),
        };

    private static ReportEntity Count(
        string key,
        string name,
        string topic,
        string expression,
        params (string Key, JsonNode Value)[] more
    ) =>
        new(
            key,
            "sensor",
            name,
            [("stat_t", topic), ("val_tpl", $"{{{{ {expression} }}}}"), ("stat_cla", ReportEntity.Measurement), .. more]
        );

    // A string literal of the template language; labels come from the file of a model.
    private static string Quote(string text) =>
        "'" + text.Replace("\\", @"\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal) + "'";
}
