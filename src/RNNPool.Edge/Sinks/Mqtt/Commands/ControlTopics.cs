using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using RNNPool.Edge.Core;
using RNNPool.Edge.Core.Reports;
using RNNPool.Edge.Pipeline.Control;
using RNNPool.Edge.Vision.Presence;

namespace RNNPool.Edge.Sinks.Mqtt.Commands;

/// <summary>
/// The retained topics of the controls: whether detection is on, the enter threshold in force and whether a pin requests privacy. They
/// follow the controls and the live settings.
/// </summary>
internal sealed class ControlTopics : IReportSource, IDisposable
{
    /// <summary>Names of the topics.</summary>
    public const string Detection = "detection",
        Threshold = "threshold",
        Privacy = "privacy";

    private readonly DeviceControls _controls;
    private readonly RetainedStates _states;
    private readonly MqttTopics _topics;
    private readonly ILive<PresenceOptions> _presence;
    private readonly IDisposable _subscription;

    /// <summary>Publishes the present values and follows their changes.</summary>
    public ControlTopics(DeviceControls controls, RetainedStates states, MqttTopics topics, ILive<PresenceOptions> presence)
    {
        _controls = controls;
        _states = states;
        _topics = topics;
        _presence = presence;
        controls.Changed += OnControls;
        _subscription = presence.OnChange(_ => Update());
        Update();
    }

    /// <inheritdoc/>
    public IReadOnlyList<ReportEntity> Entities =>
        [
            new(
                "detection",
                "switch",
                "Detection",
                ("stat_t", "~/" + Detection),
                ("cmd_t", Command(CommandKind.Detection)),
                ("pl_on", "ON"),
                ("pl_off", "OFF"),
                ("ent_cat", "config"),
                ("ic", "mdi:eye")
            ),
            new(
                "threshold",
                "number",
                "Threshold",
                ("stat_t", "~/" + Threshold),
                ("cmd_t", Command(CommandKind.Threshold)),
                ("min", Decimal(DeviceControls.MinThreshold)),
                ("max", Decimal(DeviceControls.MaxThreshold)),
                ("step", 0.01m),
                ("mode", "slider"),
                ("ent_cat", "config")
            ),
            new(
                "restart",
                "button",
                "Restart",
                ("cmd_t", Command(CommandKind.Restart)),
                ("pl_prs", "PRESS"),
                ("dev_cla", "restart"),
                ("ent_cat", "config")
            ),
            new(
                "privacy",
                "binary_sensor",
                "Privacy",
                ("stat_t", "~/" + Privacy),
                ("ent_cat", "diagnostic"),
                ("en", false),
                ("ic", "mdi:eye-off")
            ),
        ];

    /// <summary>Publishes the value of a control again: a client that has sent a command without effect needs the value in force.</summary>
    public void Republish(CommandKind kind)
    {
        if (kind == CommandKind.Detection)
            _states.Republish(_topics.Below(Detection));
        else if (kind == CommandKind.Threshold)
            _states.Republish(_topics.Below(Threshold));
    }

    public void Dispose()
    {
        _controls.Changed -= OnControls;
        _subscription.Dispose();
    }

    private void OnControls(ControlChange change) => Update();

    private void Update()
    {
        _states.Set(_topics.Below(Detection), OnOff(_controls.DetectionEnabled));
        _states.Set(_topics.Below(Privacy), OnOff(_controls.InputPrivacy));
        float threshold = _controls.EnterThreshold ?? (float)_presence.Current.EnterThreshold;
        _states.Set(_topics.Below(Threshold), Encoding.ASCII.GetBytes(threshold.ToString("0.###", CultureInfo.InvariantCulture)));
    }

    private static byte[] OnOff(bool on) => on ? "ON"u8.ToArray() : "OFF"u8.ToArray();

    private static JsonNode Command(CommandKind kind) => "~/set/" + DeviceCommand.NameOf(kind);

    // As a float, 0.05 would be written with digits that it does not have.
    private static JsonNode Decimal(float value) =>
        decimal.Parse(value.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
}
