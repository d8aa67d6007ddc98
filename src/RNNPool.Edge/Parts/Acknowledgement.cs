namespace RNNPool.Edge.Parts;

/// <summary>
/// Records that a person has noticed the present alarm. It holds until nothing is present, or a new presence begins. Thread-safe.
/// </summary>
internal sealed class Acknowledgement(PartTriggers triggers, Events.OccupancyState occupancy)
{
    private readonly Lock _lock = new();
    private string[] _presences = [];

    /// <summary>Whether every present presence has been acknowledged.</summary>
    public bool Holds
    {
        get
        {
            lock (_lock)
                return occupancy.Presences().All(presence => Array.IndexOf(_presences, presence.Id) >= 0);
        }
    }

    /// <summary>Acknowledges all present presences.</summary>
    public void Acknowledge()
    {
        lock (_lock)
            _presences = [.. occupancy.Presences().Select(presence => presence.Id)];
        triggers.Set();
    }
}
