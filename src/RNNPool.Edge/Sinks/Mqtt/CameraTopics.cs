using System.Text.Json;
using RNNPool.Edge.Core.Reports;
using RNNPool.Edge.Events;
using RNNPool.Edge.Pipeline;

namespace RNNPool.Edge.Sinks.Mqtt;

/// <summary>
/// The topics of single cameras, below <c>camera/NAME</c>. A device with one camera has none: its topics are those of the device. With
/// several, each has the retained topic of its occupancy, and the pictures of the main camera stay in the topics of the device.
/// </summary>
internal sealed class CameraTopics(CameraSet cameras, OccupancyState occupancy, RetainedStates states, MqttTopics topics)
{
    /// <summary>Names below the prefix begin with it.</summary>
    public const string Branch = "camera";

    /// <summary>The topic of a camera below the prefix of the device.</summary>
    public static string Below(string camera, string name) => $"{Branch}/{camera}/{name}";

    /// <summary>Where the pictures of a camera are below the prefix of the device.</summary>
    /// <param name="camera">Name of the camera.</param>
    /// <param name="isMain">Whether it is the main camera.</param>
    public static CameraPlace Place(string camera, bool isMain) =>
        isMain ? new CameraPlace(camera, "", "") : new CameraPlace(camera, $"{Branch}/{camera}/", "_" + ReportEntity.Slug(camera));

    /// <summary>Sets the retained occupancy of every camera.</summary>
    public void Update()
    {
        if (cameras.Count == 1)
            return;
        foreach (CameraPorts camera in cameras)
        {
            states.Set(
                topics.Below(Below(camera.Name, MqttTopics.StateName)),
                JsonSerializer.SerializeToUtf8Bytes(occupancy.Find(camera.Name), EventJson.Default.Occupancy)
            );
        }
    }
}

/// <summary>Where the pictures of a camera are.</summary>
/// <param name="Camera">Name of the camera.</param>
/// <param name="Prefix">Beginning of its topics below the prefix of the device.</param>
/// <param name="Key">End of the keys of its entities.</param>
internal readonly record struct CameraPlace(string Camera, string Prefix, string Key);
