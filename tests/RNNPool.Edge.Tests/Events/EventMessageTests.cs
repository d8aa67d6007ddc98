using System.Text.Json;
using RNNPool.Edge.Events;
using RNNPool.Edge.Tests.Support;
using RNNPool.Edge.Vision.Presence;

namespace RNNPool.Edge.Tests.Events;

public sealed class EventMessageTests
{
    [Fact]
    public void The_json_of_a_new_event_is_exactly_the_documented_one()
    {
        string json = JsonSerializer.Serialize(EventMessage.From(Samples.Event()), EventJson.Default.EventMessage);

        Assert.Equal(
            """{"type":"new","id":"a","time":"2026-03-14T12:00:01.592Z","startTime":"2026-03-14T12:00:00Z","camera":"door","label":"face","score":0.9123,"topScore":0.95,"box":{"x":32,"y":60,"width":80,"height":120.3},"boxFraction":{"x":0.10013,"y":0.25,"width":0.25,"height":0.50108},"frame":{"width":320,"height":240},"zones":[],"stationary":false,"count":1}""",
            json
        );
    }

    [Fact]
    public void Only_an_end_has_an_end_time()
    {
        string json = JsonSerializer.Serialize(
            EventMessage.From(Samples.Event(PresenceEventKind.End, count: 0) with { EndReason = PresenceEndReason.DetectionOff }),
            EventJson.Default.EventMessage
        );

        Assert.Contains("\"type\":\"end\"", json, StringComparison.Ordinal);
        Assert.Contains("\"reason\":\"detectionOff\"", json, StringComparison.Ordinal);
        Assert.Contains("\"endTime\":\"2026-03-14T12:00:01Z\"", json, StringComparison.Ordinal);
    }

    [Fact]
    public void Times_are_utc_whatever_zone_they_came_in()
    {
        PresenceEvent source = Samples.Event() with { Time = new DateTimeOffset(2026, 3, 14, 14, 0, 0, TimeSpan.FromHours(2)) };

        Assert.Equal(new DateTime(2026, 3, 14, 12, 0, 0, DateTimeKind.Utc), EventMessage.From(source).Time);
        Assert.Equal(DateTimeKind.Utc, EventMessage.From(source).Time.Kind);
    }

    [Fact]
    public void A_message_survives_the_way_to_json_and_back()
    {
        EventMessage message = EventMessage.From(
            Samples.Event(PresenceEventKind.Update) with
            {
                Zones = ["porch", "step"],
                Stationary = true,
            }
        );

        string json = JsonSerializer.Serialize(message, EventJson.Default.EventMessage);

        EventMessage back = JsonSerializer.Deserialize(json, EventJson.Default.EventMessage)!;
        Assert.Equal(["porch", "step"], back.Zones);
        Assert.Equal(message, back with { Zones = message.Zones });
    }
}
