using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using RNNPool.Edge.Core.Reports;

namespace RNNPool.Edge.Sinks.Mqtt.HomeAssistant;

/// <summary>
/// The "device discovery" message of Home Assistant's MQTT integration: one retained message with the device, its origin and its
/// components. Keys are the documented abbreviations.
/// </summary>
internal sealed class DiscoveryDocument
{
    private const string PlatformKey = "p",
        EntityIdKey = "def_ent_id",
        ObjectIdKey = "obj_id";

    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly JsonObject _root;
    private readonly JsonObject _components = [];
    private readonly string _deviceKey;
    private readonly string? _entityPrefix;
    private readonly MqttTopics _topics;

    /// <param name="deviceKey">Identifier of the device; prefix of the unique ids.</param>
    /// <param name="entityPrefix">Prefix of the entity ids; null to leave them to Home Assistant.</param>
    /// <param name="device">The device.</param>
    /// <param name="version">Version of this program.</param>
    /// <param name="topics">Expands the topics of entities.</param>
    /// <param name="availability">Topics that must all be <c>online</c>.</param>
    public DiscoveryDocument(
        string deviceKey,
        string? entityPrefix,
        JsonObject device,
        string version,
        MqttTopics topics,
        params IEnumerable<string> availability
    )
    {
        _deviceKey = deviceKey;
        _entityPrefix = entityPrefix;
        _topics = topics;
        _root = new JsonObject
        {
            ["dev"] = device,
            ["o"] = new JsonObject { ["name"] = "rnnpool-edge", ["sw"] = version },
            ["avty"] = new JsonArray([.. availability.Select(topic => new JsonObject { ["t"] = topic })]),
            ["avty_mode"] = "all",
            ["qos"] = 1,
            ["cmps"] = _components,
        };
    }

    /// <summary>Platforms of the components, by key.</summary>
    public IReadOnlyDictionary<string, string> Components =>
        _components.ToDictionary(pair => pair.Key, pair => pair.Value![PlatformKey]!.GetValue<string>());

    /// <summary>Adds an entity.</summary>
    public void Add(ReportEntity entity)
    {
        var component = new JsonObject { [PlatformKey] = entity.Platform };
        bool isEntity = entity.Platform != ReportEntity.TriggerPlatform;
        if (isEntity)
        {
            component["name"] = entity.Name;
            component["uniq_id"] = $"{_deviceKey}_{entity.Key}";
        }

        if (isEntity && _entityPrefix is not null && entity.SuggestsId)
            component[EntityIdKey] = $"{entity.Platform}.{_entityPrefix}_{entity.Key}";
        foreach ((string option, JsonNode value) in entity.Options)
            component[option] = Expand(value);
        _components[entity.Key] = component;
    }

    /// <summary>Removes an entity of an earlier announcement: a component with its platform alone.</summary>
    public void Remove(string key, string platform)
    {
        if (!_components.ContainsKey(key))
            _components[key] = new JsonObject { [PlatformKey] = platform };
    }

    /// <summary>The payload.</summary>
    public byte[] ToBytes() => ToBytes(_root);

    private static byte[] ToBytes(JsonObject json)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, Plain))
            json.WriteTo(writer);
        return stream.ToArray();
    }

    /// <summary>
    /// The messages of the components alone ("single component discovery"), for a broker that does not accept the whole, and for older
    /// versions of Home Assistant. The unique ids are the same, so that Home Assistant keeps the entities.
    /// </summary>
    /// <param name="prefix">Prefix of the topics.</param>
    /// <param name="forOlderVersions">Whether entity ids are also suggested in the form of versions before 2025.10.</param>
    public IEnumerable<(string Topic, byte[] Payload)> Split(string prefix, bool forOlderVersions = false)
    {
        foreach ((string key, JsonNode? node) in _components)
        {
            JsonObject component = node!.AsObject();
            string platform = component[PlatformKey]!.GetValue<string>();
            if (component.Count == 1)
                continue; // an entity of an earlier announcement
            var single = new JsonObject();
            foreach ((string option, JsonNode? value) in _root.Where(pair => pair.Value != _components).Concat(component))
                single[option] = value?.DeepClone();
            single.Remove(PlatformKey);
            if (forOlderVersions && single[EntityIdKey]?.GetValue<string>() is { } id)
                single[ObjectIdKey] = id[(id.IndexOf('.', StringComparison.Ordinal) + 1)..];
            yield return ($"{prefix}/{platform}/{_deviceKey}/{key}/config", ToBytes(single));
        }
    }

    private JsonNode Expand(JsonNode value)
    {
        const string Base = "~/";
        switch (value)
        {
            case JsonValue text when text.TryGetValue(out string? topic) && topic.StartsWith(Base, StringComparison.Ordinal):
                return _topics.Below(topic[Base.Length..]);
            case JsonArray array:
                return new JsonArray([.. array.Select(item => Expand(item!))]);
            case JsonObject properties:
                return new JsonObject(properties.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)Expand(pair.Value!))));
            default:
                return value.DeepClone();
        }
    }
}
