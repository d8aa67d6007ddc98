using System.Text.Json.Serialization;
using RNNPool.Edge.Vision.Presence;

namespace RNNPool.Edge.Events;

/// <summary>The numbers of announced presences. Published as the retained MQTT state.</summary>
/// <param name="Occupied">True while at least one announced presence counts.</param>
/// <param name="Count">The number of presences of all labels; stationary ones only when they are not ignored.</param>
/// <param name="Counts">The number of presences of each label seen so far.</param>
/// <param name="Time">Time of the last change (UTC).</param>
public sealed record Occupancy(
    bool Occupied,
    int Count,
    IReadOnlyDictionary<string, int> Counts,
    [property: JsonConverter(typeof(EventTimeConverter))] DateTime Time
)
{
    /// <summary>The monotonic time of the event that caused the last change; null when the settings caused it.</summary>
    [JsonIgnore]
    public TimeSpan? MonotonicTime { get; init; }

    /// <summary>The number of presences of all labels in each configured zone.</summary>
    public IReadOnlyDictionary<string, int> ZoneCounts { get; init; } = new Dictionary<string, int>();
}
