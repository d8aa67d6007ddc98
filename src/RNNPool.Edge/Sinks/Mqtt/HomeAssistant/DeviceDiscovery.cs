using System.Globalization;
using System.Text.Json.Nodes;
using RNNPool.Edge.Pipeline.Control;
using RNNPool.Edge.Sinks.Mqtt.Commands;

namespace RNNPool.Edge.Sinks.Mqtt.HomeAssistant;

/// <summary>Which entities the device has, and where Home Assistant finds their values.</summary>
internal static class DeviceDiscovery
{
    /// <summary>Reports of figures that may be missed before an entity becomes unknown.</summary>
    private const int MissedReports = 3;

    /// <summary>The device itself.</summary>
    public static DiscoveryDocument Device(DiscoverySubject subject)
    {
        var device = new JsonObject
        {
            ["ids"] = new JsonArray(subject.DeviceKey),
            ["name"] = subject.Name,
            ["mf"] = "RNNPool.Edge",
            ["mdl"] = $"Detector with {subject.Model}",
            ["sn"] = subject.Id,
            ["sw"] = subject.Version,
        };
        if (subject.Area is { } area)
            device["sa"] = area;
        var document = new DiscoveryDocument(subject.DeviceKey, Prefix(subject), device, subject.Version, subject.Topics.Availability);
        AddPresence(document, subject);
        AddControls(document, subject);
        AddDiagnostics(document, subject);
        return document;
    }

    /// <summary>The coprocessor, as a device that is reached through the other one.</summary>
    public static DiscoveryDocument Coprocessor(DiscoverySubject subject, CoprocessorSubject coprocessor)
    {
        var device = new JsonObject
        {
            ["ids"] = new JsonArray(subject.CoprocessorKey),
            ["name"] = $"{subject.Name} coprocessor",
            ["mf"] = "RNNPool.Edge",
            ["mdl"] = coprocessor.Board ?? "Cortex-M board",
            ["via_device"] = subject.DeviceKey,
        };
        if (coprocessor.Firmware is { } firmware)
            device["sw"] = firmware;
        if (subject.Area is { } area)
            device["sa"] = area;

        var document = new DiscoveryDocument(
            subject.CoprocessorKey,
            Prefix(subject) + "_coprocessor",
            device,
            subject.Version,
            subject.Topics.Availability,
            subject.Topics.Coprocessor
        );
        document.Add(
            "connection",
            "binary_sensor",
            "Connection",
            [
                ("stat_t", subject.Topics.Coprocessor),
                ("pl_on", "online"),
                ("pl_off", "offline"),
                ("dev_cla", "connectivity"),
                ("ent_cat", "diagnostic"),
                ("avty", DiscoveryDocument.Availability(subject.Topics.Availability)),
            ]
        );
        Figure(document, subject, "frame_time", "Frame time", "coprocessorFrameMs", "ms", "duration");
        Figure(document, subject, "round_trip", "Round trip", "coprocessorRoundTripMs", "ms", "duration");
        Counter(document, subject, "link_errors", "Link errors", "linkErrors");
        Counter(document, subject, "frames", "Frames", "coprocessorFrames");
        return document;
    }

    private static void AddPresence(DiscoveryDocument document, DiscoverySubject subject)
    {
        document.Add(
            "occupancy",
            "binary_sensor",
            "Occupancy",
            [("stat_t", subject.Topics.State), ("val_tpl", "{{ 'ON' if value_json.occupied else 'OFF' }}"), ("dev_cla", "occupancy")]
        );
        document.Add(
            "count",
            "sensor",
            "Count",
            [
                ("stat_t", subject.Topics.State),
                ("val_tpl", "{{ value_json.count }}"),
                ("stat_cla", "measurement"),
                ("ic", "mdi:account-multiple"),
            ]
        );
        foreach (string label in subject.Labels.Count > 1 ? subject.Labels : [])
        {
            string template = $"{{{{ value_json.counts.get({Quote(label)}, 0) }}}}";
            document.Add(
                $"count_{DiscoverySubject.Slug(label)}",
                "sensor",
                $"Count of {label}",
                [("stat_t", subject.Topics.State), ("val_tpl", template), ("stat_cla", "measurement")]
            );
        }

        foreach (string zone in subject.Zones)
        {
            string count = $"value_json.zoneCounts.get({Quote(zone)}, 0)";
            string key = "zone_" + DiscoverySubject.Slug(zone);
            document.Add(
                key,
                "binary_sensor",
                $"Zone {zone}",
                [("stat_t", subject.Topics.State), ("val_tpl", $"{{{{ 'ON' if {count} > 0 else 'OFF' }}}}"), ("dev_cla", "occupancy")]
            );
            document.Add(
                key + "_count",
                "sensor",
                $"Count in zone {zone}",
                [("stat_t", subject.Topics.State), ("val_tpl", $"{{{{ {count} }}}}"), ("stat_cla", "measurement")]
            );
        }

        document.Add(
            "presence",
            "event",
            "Presence",
            [
                ("stat_t", subject.Topics.Events),
                ("evt_typ", new JsonArray("new", "update", "end")),
                ("val_tpl", "{{ dict(value_json, event_type=value_json.type) | to_json }}"),
                ("ic", "mdi:face-recognition"),
            ]
        );
        if (!subject.HasImages)
            return;
        document.Add("snapshot", "image", "Snapshot", [("img_t", subject.Topics.Snapshot), ("cont_type", "image/jpeg")]);
        document.Add(
            "take_snapshot",
            "button",
            "Take a snapshot",
            [("cmd_t", Command(subject, CommandKind.Snapshot)), ("pl_prs", "PRESS"), ("ic", "mdi:camera")]
        );
    }

    private static void AddControls(DiscoveryDocument document, DiscoverySubject subject)
    {
        document.Add(
            "detection",
            "switch",
            "Detection",
            [
                ("stat_t", subject.Topics.Detection),
                ("cmd_t", Command(subject, CommandKind.Detection)),
                ("pl_on", "ON"),
                ("pl_off", "OFF"),
                ("ent_cat", "config"),
                ("ic", "mdi:eye"),
            ]
        );
        document.Add(
            "threshold",
            "number",
            "Threshold",
            [
                ("stat_t", subject.Topics.Threshold),
                ("cmd_t", Command(subject, CommandKind.Threshold)),
                ("min", Decimal(DeviceControls.MinThreshold)),
                ("max", Decimal(DeviceControls.MaxThreshold)),
                ("step", 0.01m),
                ("mode", "slider"),
                ("ent_cat", "config"),
            ]
        );
        document.Add(
            "restart",
            "button",
            "Restart",
            [("cmd_t", Command(subject, CommandKind.Restart)), ("pl_prs", "PRESS"), ("dev_cla", "restart"), ("ent_cat", "config")]
        );
        document.Add(
            "privacy",
            "binary_sensor",
            "Privacy",
            [("stat_t", subject.Topics.Privacy), ("ent_cat", "diagnostic"), ("en", false), ("ic", "mdi:eye-off")]
        );
    }

    private static void AddDiagnostics(DiscoveryDocument document, DiscoverySubject subject)
    {
        document.Add(
            "problem",
            "binary_sensor",
            "Problem",
            [
                ("stat_t", subject.Topics.Health),
                ("val_tpl", "{{ 'OFF' if value_json.healthy else 'ON' }}"),
                ("json_attr_t", subject.Topics.Health),
                ("dev_cla", "problem"),
                ("ent_cat", "diagnostic"),
            ]
        );
        Figure(document, subject, "frame_rate", "Frame rate", "fps", "fps", null);
        Figure(document, subject, "inference_rate", "Inference rate", "inferenceFps", "fps", null);
        Figure(document, subject, "inference_time", "Inference time", "inferenceMs", "ms", "duration");
        Figure(document, subject, "frame_age", "Frame age", "frameAgeMs", "ms", "duration");
        Figure(document, subject, "cpu_temperature", "CPU temperature", "cpuTemperature", "°C", "temperature");
        Figure(document, subject, "waiting_events", "Waiting events", "outboxQueued", null, null);
        Counter(document, subject, "dropped_events", "Dropped events", "outboxDropped");
    }

    private static void Figure(
        DiscoveryDocument document,
        DiscoverySubject subject,
        string key,
        string name,
        string field,
        string? unit,
        string? deviceClass
    )
    {
        var more = Diagnostic(subject, field, "measurement");
        if (unit is not null)
            more.Add(("unit_of_meas", unit));
        if (deviceClass is not null)
            more.Add(("dev_cla", deviceClass));
        document.Add(key, "sensor", name, [.. more]);
    }

    private static void Counter(DiscoveryDocument document, DiscoverySubject subject, string key, string name, string field) =>
        document.Add(key, "sensor", name, [.. Diagnostic(subject, field, "total_increasing")]);

    // A figure that the device does not know is null, and the template's None makes the entity unknown.
    private static List<(string Key, JsonNode Value)> Diagnostic(DiscoverySubject subject, string field, string stateClass) =>
        [
            ("stat_t", subject.Topics.Diagnostics),
            ("val_tpl", $"{{{{ value_json.{field} }}}}"),
            ("stat_cla", stateClass),
            ("ent_cat", "diagnostic"),
            ("exp_aft", (int)Math.Ceiling(subject.ReportInterval.TotalSeconds * MissedReports)),
        ];

    private static string Command(DiscoverySubject subject, CommandKind kind) => subject.Topics.Command(DeviceCommand.NameOf(kind));

    private static string Prefix(DiscoverySubject subject) =>
        DiscoverySubject.Slug(subject.Name) is { Length: > 0 } slug ? slug : subject.DeviceKey;

    // 0.05 as a float would be written with the digits that a float does not have.
    private static decimal Decimal(float value) =>
        decimal.Parse(value.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    // A string of the template language; labels come from a model's file.
    private static string Quote(string text) =>
        "'" + text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal) + "'";
}
