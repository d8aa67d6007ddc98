using RNNPool.Edge.Sinks.Mqtt.Connection;
using RNNPool.Edge.Tests.Sinks.Mqtt;
using RNNPool.Edge.Vision.Presence;

namespace RNNPool.Edge.Tests.Simulation;

/// <summary>What has happened over all runs of a simulation.</summary>
internal sealed class SimulatedRecord
{
    private readonly HashSet<string> _begun = new(StringComparer.Ordinal);
    private readonly HashSet<string> _ended = new(StringComparer.Ordinal);

    /// <summary>The JSON of each event, by its number.</summary>
    public List<string> Events { get; } = [];

    /// <summary>Numbers of events that the outbox had on disk when they were added.</summary>
    public HashSet<int> Stored { get; } = [];

    /// <summary>Numbers of events that the journal has committed.</summary>
    public HashSet<int> Written { get; } = [];

    /// <summary>Records an event, and checks that presences begin once, and end once after they have begun.</summary>
    public int Add(PresenceEvent change, string json)
    {
        if (change.Type == PresenceEventKind.New)
            Assert.True(_begun.Add(change.Id), $"the id {change.Id} begins twice");
        else
            Assert.True(_begun.Contains(change.Id) && !_ended.Contains(change.Id), $"{change.Type} of {change.Id} outside of its life");
        if (change.Type == PresenceEventKind.End)
            _ended.Add(change.Id);
        Events.Add(json);
        return Events.Count - 1;
    }
}

/// <summary>A session over a client of the simulated broker, which reconnects with the same session, as the device does.</summary>
internal sealed class FakeMqttClientConnection(FakeMqttClient client, TimeProvider time)
{
    public BrokerSession Session { get; } = new(client, TimeSpan.FromSeconds(5), time, _ => { });

    public bool IsLost { get; private set; }

    public void Lose() => IsLost = true;

    public void Restore() => IsLost = false;
}
