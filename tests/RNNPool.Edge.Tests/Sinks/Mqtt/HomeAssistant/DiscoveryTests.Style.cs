using System.Text;
using System.Text.Json;
using RNNPool.Edge.Sinks.Mqtt;
using RNNPool.Edge.Sinks.Mqtt.Connection;
using RNNPool.Edge.Sinks.Mqtt.HomeAssistant;

namespace RNNPool.Edge.Tests.Sinks.Mqtt.HomeAssistant;

public sealed partial class DiscoveryTests
{
    private const string OccupancyTopic = "homeassistant/binary_sensor/rnnpool_edge_0123456789ab/occupancy/config";

    /// <summary>The broker gets the removals first, so that no two messages claim an entity.</summary>
    [Fact]
    public void After_a_change_of_the_style_the_messages_of_the_other_one_are_removed()
    {
        using (DiscoveryService device = Open())
            PublishAll();

        _options = new HomeAssistantOptions { DiscoveryStyle = DiscoveryStyle.Components };
        using (DiscoveryService components = Open())
        {
            components.Connected(BrokerTerms.Best);
            Assert.Equal((DeviceTopic, 0), (_states.Pending()[0].Topic, _states.Pending()[0].Payload.Length));
            JsonElement single = JsonDocument.Parse(Payload(OccupancyTopic)!).RootElement;
            Assert.Equal("front_door_occupancy", single.GetProperty("obj_id").GetString());
            Assert.Equal("binary_sensor.front_door_occupancy", single.GetProperty("def_ent_id").GetString());
            Assert.Equal("rnnpool_edge_0123456789ab_occupancy", single.GetProperty("uniq_id").GetString());
            PublishAll();
        }

        _options = new HomeAssistantOptions();
        using DiscoveryService again = Open();
        again.Connected(BrokerTerms.Best);
        Assert.NotEmpty(Published(DeviceTopic));
        RetainedState[] singles = [.. _states.Pending().Where(state => state.Topic != DeviceTopic)];
        Assert.Contains(singles, state => state.Topic == OccupancyTopic);
        Assert.All(singles, state => Assert.Empty(state.Payload));
    }

    /// <summary>With a small message for each entity, all of them pass a narrow broker.</summary>
    [Fact]
    public void Components_have_the_device_and_the_options_of_the_one_message()
    {
        JsonElement whole;
        using (DiscoveryService device = Open())
        {
            whole = JsonDocument.Parse(Payload(DeviceTopic)!).RootElement.Clone();
            PublishAll();
        }

        _options = new HomeAssistantOptions { DiscoveryStyle = DiscoveryStyle.Components };
        using DiscoveryService components = Open();
        foreach (JsonProperty component in whole.GetProperty("cmps").EnumerateObject())
        {
            string platform = component.Value.GetProperty("p").GetString()!;
            JsonElement single = JsonDocument
                .Parse(Encoding.UTF8.GetString(Payload($"homeassistant/{platform}/rnnpool_edge_0123456789ab/{component.Name}/config")!))
                .RootElement;
            Assert.Equal(whole.GetProperty("dev").GetRawText(), single.GetProperty("dev").GetRawText());
            foreach (JsonProperty option in component.Value.EnumerateObject().Where(option => option.Name != "p"))
                Assert.Equal(option.Value.GetRawText(), single.GetProperty(option.Name).GetRawText());
        }
    }

    [Fact]
    public void Triggers_follow_labels_and_zones()
    {
        _detector.Labels = ["face", "person"];
        _presence.Current = Zones("porch", "front-door");
        using DiscoveryService service = Open();

        var components = Published(DeviceTopic);

        Assert.Equal(
            [
                "trigger_arrived",
                "trigger_arrived_face",
                "trigger_arrived_person",
                "trigger_left",
                "trigger_left_face",
                "trigger_left_person",
                "trigger_zone_entered_front_door",
                "trigger_zone_entered_porch",
                "trigger_zone_left_front_door",
                "trigger_zone_left_porch",
            ],
            components.Keys.Where(key => key.StartsWith("trigger_", StringComparison.Ordinal)).Order(StringComparer.Ordinal)
        );
        Dictionary<string, JsonElement> entered = components["trigger_zone_entered_front_door"];
        Assert.Equal("test/door/transition", entered["topic"].GetString());
        Assert.Equal("zone_entered front-door", entered["payload"].GetString());
        Assert.Equal("{{ value_json.type ~ ' ' ~ value_json.zone }}", entered["value_template"].GetString());
        Assert.Equal(
            ("arrived", "presence"),
            (components["trigger_arrived"]["type"].GetString(), components["trigger_arrived"]["subtype"].GetString())
        );
    }

    [Fact]
    public void A_number_is_shown_with_the_decimals_that_it_is_published_with()
    {
        using DiscoveryService service = Open();

        Assert.Equal(2, Published(DeviceTopic)["frame_rate"]["suggested_display_precision"].GetInt32());
        Assert.Equal(0, Published(DeviceTopic)["frames"]["suggested_display_precision"].GetInt32());
    }
}
