using System.Text.Json;
using RNNPool.Edge.Sinks.Mqtt;
using RNNPool.Edge.Sinks.Mqtt.Connection;
using RNNPool.Edge.Sinks.Mqtt.HomeAssistant;

namespace RNNPool.Edge.Tests.Sinks.Mqtt.HomeAssistant;

public sealed partial class DiscoveryTests
{
    /// <summary>A restart removes and creates nothing again, and a broker with a larger limit gets the one message again.</summary>
    [Fact]
    public void A_message_over_the_brokers_limit_is_split_by_entity()
    {
        BrokerTerms narrow = BrokerTerms.Best with { MaxPacket = 2000 };
        using (DiscoveryService service = Open())
        {
            JsonElement whole = JsonDocument.Parse(Payload(DeviceTopic)!).RootElement.Clone();
            service.Connected(narrow);

            Assert.Empty(Payload(DeviceTopic)!);
            string[] singles = [.. _states.Pending().Select(state => state.Topic).Where(topic => topic != DeviceTopic)];
            Assert.Equal(
                whole
                    .GetProperty("cmps")
                    .EnumerateObject()
                    .Select(part => $"homeassistant/{part.Value.GetProperty("p").GetString()}/rnnpool_edge_0123456789ab/{part.Name}/config")
                    .Order(StringComparer.Ordinal),
                singles.Order(StringComparer.Ordinal)
            );
            Assert.All(_states.Pending(), state => Assert.True(narrow.Fits(state.Topic, state.Payload.Length)));
            JsonElement single = JsonDocument
                .Parse(Payload("homeassistant/binary_sensor/rnnpool_edge_0123456789ab/occupancy/config")!)
                .RootElement;
            JsonElement component = whole.GetProperty("cmps").GetProperty("occupancy");
            Assert.Equal(component.GetProperty("uniq_id").GetString(), single.GetProperty("uniq_id").GetString());
            Assert.Equal(whole.GetProperty("dev").GetRawText(), single.GetProperty("dev").GetRawText());
            Assert.Equal(whole.GetProperty("avty").GetRawText(), single.GetProperty("avty").GetRawText());
            Assert.False(single.TryGetProperty("p", out _) || single.TryGetProperty("cmps", out _));
            PublishAll();
        }

        using DiscoveryService again = Open();
        again.Connected(narrow);
        Assert.DoesNotContain(_states.Pending(), state => state.Payload.Length == 0);
        PublishAll();

        again.Connected(BrokerTerms.Best);
        Assert.NotEmpty(Published(DeviceTopic));
        Assert.All(_states.Pending().Where(state => state.Topic != DeviceTopic), state => Assert.Empty(state.Payload));
    }

    private void PublishAll()
    {
        foreach (RetainedState state in _states.Pending())
            _states.MarkPublished(state);
    }
}
