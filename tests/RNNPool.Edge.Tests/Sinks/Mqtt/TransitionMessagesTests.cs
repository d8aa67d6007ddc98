using System.Text.Json;
using RNNPool.Edge.Sinks.Mqtt;
using RNNPool.Edge.Tests.Support;
using RNNPool.Edge.Vision.Presence;

namespace RNNPool.Edge.Tests.Sinks.Mqtt;

public sealed class TransitionMessagesTests
{
    private readonly TransitionMessages _transitions = new();
    private readonly List<string> _sent = [];

    public TransitionMessagesTests() =>
        _transitions.Sent += message =>
        {
            Assert.Equal(TransitionMessages.Topic, message.Topic);
            JsonElement json = JsonDocument.Parse(message.Payload).RootElement;
            string id = json.GetProperty("id").GetString()!;
            Assert.Equal("face", json.GetProperty("label").GetString());
            _sent.Add($"{json.GetProperty("type").GetString()} {json.GetProperty("zone").GetString() ?? "-"} {id}");
        };

    [Fact]
    public void A_presence_arrives_crosses_zones_and_leaves()
    {
        Add("a", PresenceEventKind.New, "porch");
        Add("a", PresenceEventKind.Update, "porch");
        Add("a", PresenceEventKind.Update, "porch", "door");
        Add("a", PresenceEventKind.Update, "door");
        Add("a", PresenceEventKind.End, PresenceEndReason.Gone, "door");

        Assert.Equal(
            ["arrived - a", "zone_entered porch a", "zone_entered door a", "zone_left porch a", "zone_left door a", "left - a"],
            _sent
        );
    }

    [Fact]
    public void Presences_do_not_share_zones()
    {
        Add("a", PresenceEventKind.New, "porch");
        Add("b", PresenceEventKind.New, "porch");
        Add("a", PresenceEventKind.End, PresenceEndReason.Gone, "porch");
        Add("b", PresenceEventKind.Update, "porch");

        Assert.Equal(
            ["arrived - a", "zone_entered porch a", "arrived - b", "zone_entered porch b", "zone_left porch a", "left - a"],
            _sent
        );
    }

    [Theory]
    [InlineData(PresenceEndReason.Stopped)]
    [InlineData(PresenceEndReason.DetectionOff)]
    [InlineData(PresenceEndReason.Privacy)]
    [InlineData(PresenceEndReason.Settings)]
    public void An_end_for_another_reason_is_no_departure(PresenceEndReason reason)
    {
        Add("a", PresenceEventKind.New, "porch");
        _sent.Clear();

        Add("a", PresenceEventKind.End, reason, "porch");
        Assert.Empty(_sent);
        Add("a", PresenceEventKind.New, "porch");
        Assert.Equal(["arrived - a", "zone_entered porch a"], _sent);
    }

    private void Add(string id, PresenceEventKind type, params string[] zones) => Add(id, type, null, zones);

    private void Add(string id, PresenceEventKind type, PresenceEndReason? reason, params string[] zones) =>
        _transitions.Add(Samples.Event(type, id) with { Zones = zones, Reason = reason });
}
