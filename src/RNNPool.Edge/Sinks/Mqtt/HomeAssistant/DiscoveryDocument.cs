using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace RNNPool.Edge.Sinks.Mqtt.HomeAssistant;

/// <summary>
/// A device as Home Assistant's MQTT integration wants to hear of it ("device discovery"): one retained message with the device, its origin and its components.
/// Keys are its documented abbreviations.
/// </summary>
internal sealed class DiscoveryDocument
{
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly JsonObject _root;
    private readonly JsonObject _components = [];
    private readonly string _deviceKey;
    private readonly string _entityPrefix;

    /// <param name="deviceKey">Identifier of the device; begins the unique ids.</param>
    /// <param name="entityPrefix">Begins the ids of entities.</param>
    /// <param name="device">The device.</param>
    /// <param name="version">Version of this program.</param>
    /// <param name="availability">Topics that must all hold <c>online</c>.</param>
    public DiscoveryDocument(string deviceKey, string entityPrefix, JsonObject device, string version, params string[] availability)
    {
        (_deviceKey, _entityPrefix) = (deviceKey, entityPrefix);
        _root = new JsonObject
        {
            ["dev"] = device,
            ["o"] = new JsonObject { ["name"] = "rnnpool-edge", ["sw"] = version },
            ["avty"] = Availability(availability),
            ["avty_mode"] = "all",
            ["qos"] = 1,
            ["cmps"] = _components,
        };
    }

    /// <summary>The components, by key, with their platforms.</summary>
    public IReadOnlyDictionary<string, string> Components =>
        _components.ToDictionary(pair => pair.Key, pair => pair.Value!["p"]!.GetValue<string>());

    /// <summary>A list of topics that say <c>online</c> or <c>offline</c>.</summary>
    public static JsonArray Availability(params string[] topics) => [.. topics.Select(topic => new JsonObject { ["t"] = topic })];

    /// <summary>Adds an entity.</summary>
    /// <param name="key">Its key, which stays the same over versions and settings.</param>
    /// <param name="platform">Its kind, such as <c>sensor</c>.</param>
    /// <param name="name">What people read after the name of the device.</param>
    /// <param name="more">Everything else, by abbreviation.</param>
    public void Add(string key, string platform, string name, params (string Key, JsonNode Value)[] more)
    {
        var component = new JsonObject
        {
            ["p"] = platform,
            ["name"] = name,
            ["uniq_id"] = $"{_deviceKey}_{key}",
            ["def_ent_id"] = $"{platform}.{_entityPrefix}_{key}",
        };
        foreach ((string option, JsonNode value) in more)
            component[option] = value;
        _components[key] = component;
    }

    /// <summary>Removes an entity that was announced earlier: a component with nothing but its platform.</summary>
    public void Remove(string key, string platform)
    {
        if (!_components.ContainsKey(key))
            _components[key] = new JsonObject { ["p"] = platform };
    }

    /// <summary>The payload.</summary>
    public byte[] ToBytes()
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, Plain))
            _root.WriteTo(writer);
        return stream.ToArray();
    }
}
