namespace RNNPool.Edge.Core;

/// <summary>A loop that must keep cycling for the device to count as alive, such as the loop of the MQTT connection.</summary>
public interface IHeartbeat
{
    /// <summary>Name of the loop.</summary>
    string Name { get; }

    /// <summary>Time since the start of the current cycle.</summary>
    TimeSpan Age { get; }

    /// <summary>Longest duration of one cycle.</summary>
    TimeSpan Limit { get; }
}
