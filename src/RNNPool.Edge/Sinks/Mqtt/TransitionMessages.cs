using System.Text.Json;
using RNNPool.Edge.Core.Reports;
using RNNPool.Edge.Vision.Presence;

namespace RNNPool.Edge.Sinks.Mqtt;

/// <summary>
/// Publishes a message when a presence arrives or leaves, and when it enters or leaves a zone. An event states all zones of a presence; the
/// difference to the event before it is what starts an automation. Called by one thread.
/// </summary>
internal sealed class TransitionMessages : IReportSource
{
    /// <summary>Topic below the prefix.</summary>
    public const string Topic = "transition";

    /// <summary>Kinds of transitions.</summary>
    public const string Arrived = "arrived",
        Left = "left",
        ZoneEntered = "zone_entered",
        ZoneLeft = "zone_left";

    /// <summary>Most presences whose zones are known; events that a full queue has dropped may leave some behind.</summary>
    private const int MaxPresences = 256;

    private readonly Dictionary<string, IReadOnlyList<string>> _zones = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public event Action<ReportMessage>? Sent;

    /// <summary>
    /// Publishes the transitions of an event. A presence that ends for another reason than that it is gone, such as a stop of the device,
    /// has left neither the picture nor its zones.
    /// </summary>
    public void Add(PresenceEvent change)
    {
        IReadOnlyList<string> before = _zones.GetValueOrDefault(change.Id) ?? [];
        bool isEnd = change.Type == PresenceEventKind.End;
        if (_zones.Count >= MaxPresences)
            _zones.Clear();
        if (isEnd)
            _zones.Remove(change.Id);
        else
            _zones[change.Id] = change.Zones;
        if (isEnd && change.Reason != PresenceEndReason.Gone)
            return;
        if (change.Type == PresenceEventKind.New)
            Send(Arrived, change, null);
        IReadOnlyList<string> now = isEnd ? [] : change.Zones;
        foreach (string zone in now.Except(before))
            Send(ZoneEntered, change, zone);
        foreach (string zone in before.Except(now))
            Send(ZoneLeft, change, zone);
        if (isEnd)
            Send(Left, change, null);
    }

    private void Send(string type, PresenceEvent change, string? zone)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartObject();
            writer.WriteString("type", type);
            writer.WriteString("id", change.Id);
            writer.WriteString("label", change.Label);

            // Templates of subscribers read the member in every message.
            writer.WriteString("zone", zone);
            writer.WriteString("camera", change.Camera);
            writer.WriteEndObject();
        }

        Sent?.Invoke(new ReportMessage(Topic, stream.ToArray()));
    }
}
