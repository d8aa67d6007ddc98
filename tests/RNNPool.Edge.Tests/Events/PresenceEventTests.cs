using System.Text.Json;
using RNNPool.Edge.Events;
using RNNPool.Edge.Tests.Support;
using RNNPool.Edge.Vision.Presence;

namespace RNNPool.Edge.Tests.Events;

public sealed class PresenceEventTests
{
    [Fact]
    public void The_json_of_a_new_event_is_exactly_the_documented_one()
    {
        string json = JsonSerializer.Serialize(Samples.Event(), EventJson.Default.PresenceEvent);

        Assert.Equal(
            """
            {"type":"new","id":"a","time":"2026-03-14T12:00:01.592Z","startTime":"2026-03-14T12:00:00.000Z","camera":"door","label":"face",
            "score":0.9123,"topScore":0.95,"box":{"x":32,"y":60,"width":80,"height":120.3},
            "boxFraction":{"x":0.10013,"y":0.25,"width":0.25,"height":0.50108},"frame":{"width":320,"height":240},
            "zones":[],"stationary":false,"count":1}
            """.ReplaceLineEndings(""),
            json
        );
    }

    [Fact]
    public void Only_an_end_has_an_end_time()
    {
        string json = JsonSerializer.Serialize(
            Samples.Event(PresenceEventKind.End, count: 0) with
            {
                Reason = PresenceEndReason.DetectionOff,
            },
            EventJson.Default.PresenceEvent
        );

        Assert.Contains("\"type\":\"end\"", json, StringComparison.Ordinal);
        Assert.Contains("\"reason\":\"detectionOff\"", json, StringComparison.Ordinal);
        Assert.Contains("\"endTime\":\"2026-03-14T12:00:01.000Z\"", json, StringComparison.Ordinal);
    }

    [Fact]
    public void Times_sort_as_text()
    {
        DateTime noon = Samples.Noon.UtcDateTime;
        DateTime[] times = [noon, noon.AddMilliseconds(5), noon.AddMilliseconds(50), noon.AddMilliseconds(500), noon.AddSeconds(1)];

        string[] texts =
        [
            .. times.Select(time =>
                JsonSerializer
                    .SerializeToElement(Samples.Event() with { Time = time }, EventJson.Default.PresenceEvent)
                    .GetProperty("time")
                    .GetString()!
            ),
        ];

        Assert.Equal(texts.Order(StringComparer.Ordinal), texts);
        var state = new Occupancy(false, 0, new Dictionary<string, int>(), noon);
        Assert.Contains("12:00:00.000Z", JsonSerializer.Serialize(state, EventJson.Default.Occupancy), StringComparison.Ordinal);
    }

    [Fact]
    public void An_event_survives_the_way_to_json_and_back()
    {
        PresenceEvent message = Samples.Event(PresenceEventKind.Update) with { Zones = ["porch", "step"], Stationary = true };

        string json = JsonSerializer.Serialize(message, EventJson.Default.PresenceEvent);

        PresenceEvent back = JsonSerializer.Deserialize(json, EventJson.Default.PresenceEvent)!;
        Assert.Equal(["porch", "step"], back.Zones);
        Assert.Equal(message, back with { Zones = message.Zones });
    }
}
