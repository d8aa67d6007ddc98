using RNNPool.Edge.Core;
using RNNPool.Edge.Core.Reports;
using RNNPool.Edge.Events;
using RNNPool.Edge.Vision.Detectors;
using RNNPool.Edge.Vision.Presence;

namespace RNNPool.Edge.Sinks.Mqtt.HomeAssistant;

/// <summary>Triggers of automations: a presence arrives, leaves, or enters or leaves a zone. They follow the live settings.</summary>
internal sealed class PresenceTriggers : IReportSource, IDisposable
{
    /// <summary>Part of a trigger for every label.</summary>
    private const string AnyLabel = "presence";

    private readonly IDetector _detector;
    private readonly ILive<PresenceOptions> _presence;
    private readonly ICameraZones? _zones;
    private readonly IDisposable _subscription;

    /// <summary>Follows the settings.</summary>
    /// <param name="detector">The model.</param>
    /// <param name="presence">The labels, and the zones of the main camera.</param>
    /// <param name="zones">The zones of all cameras; null for those of the main one.</param>
    public PresenceTriggers(IDetector detector, ILive<PresenceOptions> presence, ICameraZones? zones = null)
    {
        _detector = detector;
        _presence = presence;
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
            string[] labels = [.. PresenceEntities.FindLabels(_detector, presence).Where(label => label != AnyLabel)];
            string[] zones = [.. _zones?.All ?? presence.Zones.Select(zone => zone.Name)];
            return
            [
                .. CreateAll(TransitionMessages.Arrived, labels),
                .. CreateAll(TransitionMessages.Left, labels),
                .. Create(TransitionMessages.ZoneEntered, "zone", zones),
                .. Create(TransitionMessages.ZoneLeft, "zone", zones),
            ];
        }
    }

    public void Dispose()
    {
        _subscription.Dispose();
        if (_zones is not null)
            _zones.Changed -= RaiseChanged;
    }

    private void RaiseChanged() => Changed?.Invoke();

    private static IEnumerable<ReportEntity> CreateAll(string type, string[] labels) =>
        Create(type, "label", labels.Length > 1 ? labels : [])
            .Prepend(
                ReportEntity.Trigger(
                    $"trigger_{type}",
                    ("t", "~/" + TransitionMessages.Topic),
                    ("type", type),
                    ("stype", AnyLabel),
                    ("val_tpl", "{{ value_json.type }}"),
                    ("pl", type)
                )
            );

    private static IEnumerable<ReportEntity> Create(string type, string member, string[] names) =>
        EntityKeys
            .Assign($"trigger_{type}_", names)
            .Select(pair =>
                ReportEntity.Trigger(
                    pair.Value,
                    ("t", "~/" + TransitionMessages.Topic),
                    ("type", type),
                    ("stype", pair.Key),
                    ("val_tpl", $"{{{{ value_json.type ~ ' ' ~ value_json.{member} }}}}"),
                    ("pl", $"{type} {pair.Key}")
                )
            );
}
