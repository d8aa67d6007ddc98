using System.Text.Json;
using System.Text.RegularExpressions;

namespace RNNPool.Edge.Tests.Sinks.Mqtt.HomeAssistant;

/// <summary>
/// The requirements of Home Assistant's documentation of MQTT discovery, platform by platform. Home Assistant silently ignores unknown
/// options, so an unknown option is an error here.
/// </summary>
internal static partial class HomeAssistantRules
{
    private static readonly Dictionary<string, string> Abbreviations = new()
    {
        ["atype"] = "automation_type",
        ["avty"] = "availability",
        ["avty_mode"] = "availability_mode",
        ["cmd_t"] = "command_topic",
        ["cmps"] = "components",
        ["cont_type"] = "content_type",
        ["def_ent_id"] = "default_entity_id",
        ["dev"] = "device",
        ["dev_cla"] = "device_class",
        ["en"] = "enabled_by_default",
        ["ent_cat"] = "entity_category",
        ["evt_typ"] = "event_types",
        ["exp_aft"] = "expire_after",
        ["ic"] = "icon",
        ["img_t"] = "image_topic",
        ["json_attr_t"] = "json_attributes_topic",
        ["json_attr_tpl"] = "json_attributes_template",
        ["max"] = "max",
        ["min"] = "min",
        ["mode"] = "mode",
        ["name"] = "name",
        ["o"] = "origin",
        ["obj_id"] = "object_id",
        ["p"] = "platform",
        ["pl"] = "payload",
        ["pl_off"] = "payload_off",
        ["pl_on"] = "payload_on",
        ["pl_prs"] = "payload_press",
        ["qos"] = "qos",
        ["stat_cla"] = "state_class",
        ["stat_t"] = "state_topic",
        ["step"] = "step",
        ["stype"] = "subtype",
        ["sug_dsp_prc"] = "suggested_display_precision",
        ["t"] = "topic",
        ["tit"] = "title",
        ["type"] = "type",
        ["uniq_id"] = "unique_id",
        ["unit_of_meas"] = "unit_of_measurement",
        ["val_tpl"] = "value_template",
    };

    private static readonly Dictionary<string, string> DeviceAbbreviations = new()
    {
        ["cns"] = "connections",
        ["cu"] = "configuration_url",
        ["hw"] = "hw_version",
        ["ids"] = "identifiers",
        ["mdl"] = "model",
        ["mf"] = "manufacturer",
        ["name"] = "name",
        ["sa"] = "suggested_area",
        ["sn"] = "serial_number",
        ["sw"] = "sw_version",
        ["via_device"] = "via_device",
    };

    private static readonly string[] Common =
    [
        "platform",
        "name",
        "unique_id",
        "default_entity_id",
        "availability",
        "availability_mode",
        "enabled_by_default",
        "entity_category",
        "icon",
        "json_attributes_topic",
        "json_attributes_template",
        "qos",
    ];

    private static readonly Dictionary<string, (string[] Required, string[] Optional)> Platforms = new()
    {
        ["binary_sensor"] = (["state_topic"], ["value_template", "device_class", "payload_on", "payload_off", "expire_after"]),
        ["sensor"] = (
            ["state_topic"],
            ["value_template", "device_class", "state_class", "unit_of_measurement", "expire_after", "suggested_display_precision"]
        ),
        ["update"] = (["state_topic"], ["value_template", "device_class", "title"]),
        ["device_automation"] = (["automation_type", "topic", "type", "subtype"], ["payload", "value_template"]),
        ["event"] = (["state_topic", "event_types"], ["value_template", "device_class"]),
        ["image"] = (["image_topic"], ["content_type", "image_encoding"]),
        ["switch"] = (["command_topic"], ["state_topic", "payload_on", "payload_off", "device_class"]),
        ["number"] = (["command_topic"], ["state_topic", "min", "max", "step", "mode", "unit_of_measurement", "device_class"]),
        ["button"] = (["command_topic"], ["payload_press", "device_class"]),
    };

    private static readonly Dictionary<string, string[]> DeviceClasses = new()
    {
        ["binary_sensor"] = ["occupancy", "connectivity", "motion", "problem"],
        ["sensor"] = ["duration", "illuminance", "temperature", "timestamp"],
        ["update"] = ["firmware"],
        ["button"] = ["restart"],
        ["event"] = ["button", "doorbell", "motion"],
    };

    private static readonly Dictionary<string, string[]> Units = new()
    {
        ["duration"] = ["ms", "s", "min", "h", "d"],
        ["illuminance"] = ["lx"],
        ["temperature"] = ["°C", "°F", "K"],
    };

    /// <summary>Checks the topic and the payload.</summary>
    /// <returns>The components in full words, by key; those that remove an entity have a platform only.</returns>
    public static Dictionary<string, Dictionary<string, JsonElement>> Check(string topic, string payload)
    {
        Assert.Matches(DiscoveryTopic(), topic);
        Dictionary<string, JsonElement> root = Expand(JsonDocument.Parse(payload).RootElement, Abbreviations);
        Assert.Empty(root.Keys.Except(["device", "origin", "components", "availability", "availability_mode", "qos"]));
        Dictionary<string, JsonElement> device = Expand(root["device"], DeviceAbbreviations);
        Assert.NotEmpty(device["identifiers"].EnumerateArray());
        Assert.All(device.Where(pair => pair.Key != "identifiers"), pair => Assert.False(string.IsNullOrEmpty(pair.Value.GetString())));
        Assert.False(string.IsNullOrEmpty(root["origin"].GetProperty("name").GetString()));
        CheckAvailability(root);
        Assert.InRange(root["qos"].GetInt32(), 0, 2);

        var components = new Dictionary<string, Dictionary<string, JsonElement>>();
        foreach (JsonProperty component in root["components"].EnumerateObject())
        {
            Assert.Matches(Identifier(), component.Name);
            components[component.Name] = CheckComponent(component.Value);
        }

        IEnumerable<string> unique = components
            .Values.Where(options => options.ContainsKey("unique_id"))
            .Select(options => options["unique_id"].GetString()!);
        Assert.Equal(unique.Count(), unique.Distinct().Count());
        IEnumerable<(string?, string?)> triggers = components
            .Values.Where(options => options.ContainsKey("automation_type"))
            .Select(options => (Text(options, "type"), Text(options, "subtype")));
        Assert.Equal(triggers.Count(), triggers.Distinct().Count());
        return components;
    }

    private static Dictionary<string, JsonElement> CheckComponent(JsonElement element)
    {
        Dictionary<string, JsonElement> options = Expand(element, Abbreviations);
        string platform = options["platform"].GetString()!;
        (string[] required, string[] optional) = Platforms[platform];
        if (options.Count == 1)
            return options;
        if (platform == "device_automation")
            return CheckTrigger(options, required, optional);
        Assert.All(required.Append("unique_id").Append("name"), key => Assert.Contains(key, options.Keys));
        Assert.Empty(options.Keys.Except(Common).Except(required).Except(optional));
        if (Text(options, "default_entity_id") is { } id)
            Assert.Matches($"^{platform}\\.[a-z0-9_]+$", id);
        foreach ((string key, JsonElement value) in options.Where(pair => pair.Key.EndsWith("_topic", StringComparison.Ordinal)))
            Assert.Matches(PlainTopic(), value.GetString());
        if (options.ContainsKey("availability"))
            CheckAvailability(options);

        // Home Assistant refuses sensors that are settings.
        if (Text(options, "entity_category") is { } category)
            Assert.Contains(
                category,
                platform is "sensor" or "binary_sensor" or "event" or "image" ? ["diagnostic"] : new[] { "diagnostic", "config" }
            );
        if (Text(options, "device_class") is { } deviceClass)
            Assert.Contains(deviceClass, DeviceClasses[platform]);
        if (Text(options, "device_class") is { } withUnit && Units.TryGetValue(withUnit, out string[]? units))
            Assert.Contains(Text(options, "unit_of_measurement"), units);
        if (options.ContainsKey("suggested_display_precision"))
            Assert.True(options.ContainsKey("state_class") || options.ContainsKey("unit_of_measurement"));
        if (Text(options, "device_class") == "timestamp")
            Assert.DoesNotContain("state_class", options.Keys);
        if (Text(options, "state_class") is { } stateClass)
            Assert.Contains(stateClass, new[] { "measurement", "total", "total_increasing" });
        if (options.TryGetValue("expire_after", out JsonElement expiry))
            Assert.InRange(expiry.GetInt32(), 1, int.MaxValue);
        if (options.TryGetValue("event_types", out JsonElement types))
            Assert.NotEmpty(types.EnumerateArray());
        if (platform == "number")
            Assert.True(options["min"].GetDouble() < options["max"].GetDouble() && options["step"].GetDouble() >= 0.001);
        if (options.TryGetValue("value_template", out JsonElement template))
            Assert.Matches("^{{ .* }}$", template.GetString());
        return options;
    }

    /// <summary>A trigger is no entity, and the pair of its type and subtype is unique in a device.</summary>
    private static Dictionary<string, JsonElement> CheckTrigger(
        Dictionary<string, JsonElement> options,
        string[] required,
        string[] optional
    )
    {
        Assert.All(required, key => Assert.Contains(key, options.Keys));
        Assert.Empty(options.Keys.Except(required).Except(optional).Except(["platform"]));
        Assert.Equal("trigger", Text(options, "automation_type"));
        Assert.Matches(PlainTopic(), Text(options, "topic"));
        return options;
    }

    private static void CheckAvailability(Dictionary<string, JsonElement> options)
    {
        JsonElement[] list = [.. options["availability"].EnumerateArray()];
        Assert.NotEmpty(list);
        Assert.All(list, entry => Assert.Matches(PlainTopic(), Expand(entry, Abbreviations)["topic"].GetString()));
        if (options.TryGetValue("availability_mode", out JsonElement mode))
            Assert.Contains(mode.GetString(), new[] { "all", "any", "latest" });
    }

    private static Dictionary<string, JsonElement> Expand(JsonElement element, Dictionary<string, string> abbreviations) =>
        element
            .EnumerateObject()
            .ToDictionary(
                property =>
                    abbreviations.GetValueOrDefault(property.Name)
                    ?? throw new KeyNotFoundException($"'{property.Name}' is not an abbreviation"),
                property => property.Value
            );

    private static string? Text(Dictionary<string, JsonElement> options, string key) =>
        options.TryGetValue(key, out JsonElement value) ? value.GetString() : null;

    [GeneratedRegex("^[^+#]+/device/[a-zA-Z0-9_-]+/config$")]
    private static partial Regex DiscoveryTopic();

    [GeneratedRegex("^[a-zA-Z0-9_-]+$")]
    private static partial Regex Identifier();

    [GeneratedRegex("^[^+#\\0]+$")]
    private static partial Regex PlainTopic();
}
