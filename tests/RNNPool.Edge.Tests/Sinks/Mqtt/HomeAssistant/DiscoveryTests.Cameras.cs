using RNNPool.Edge.Core;
using RNNPool.Edge.Events;
using RNNPool.Edge.Sinks.Mqtt.HomeAssistant;

namespace RNNPool.Edge.Tests.Sinks.Mqtt.HomeAssistant;

/// <summary>The entities of a device with several cameras.</summary>
public sealed partial class DiscoveryTests
{
    [Fact]
    public void Each_camera_of_several_has_entities_of_its_own()
    {
        _detector.Labels = ["face", "cat"];
        _device.Current = new DeviceOptions { AllowImages = true };
        _controls.CameraNames = ["door", "back-yard"];
        _zones = new FakeZones { All = ["porch", "lawn"] };
        using DiscoveryService service = Open();

        var components = Published(DeviceTopic);

        Assert.Equal(
            [
                "camera_back_yard",
                "camera_back_yard_count",
                "camera_back_yard_count_cat",
                "camera_back_yard_count_face",
                "camera_door",
                "camera_door_count",
                "camera_door_count_cat",
                "camera_door_count_face",
            ],
            components.Keys.Where(key => key.StartsWith("camera_", StringComparison.Ordinal)).Order(StringComparer.Ordinal)
        );
        Assert.Equal("Camera back-yard", components["camera_back_yard"]["name"].GetString());
        Assert.Equal("test/door/camera/back-yard/state", components["camera_back_yard"]["state_topic"].GetString());
        Assert.Equal("test/door/state", components["occupancy"]["state_topic"].GetString());
        Assert.Equal("test/door/snapshot", components["snapshot"]["image_topic"].GetString());
        Assert.Equal("test/door/camera/back-yard/snapshot", components["snapshot_back_yard"]["image_topic"].GetString());
        Assert.Equal("test/door/camera/back-yard/picture", components["last_detection_back_yard"]["image_topic"].GetString());
        Assert.Contains("zone_lawn", components.Keys);

        _zones.All = ["porch"];
        _zones.RaiseChanged();
        AssertRemoved("zone_lawn", "zone_lawn_count", "trigger_zone_entered_lawn", "trigger_zone_left_lawn");
    }

    private sealed class FakeZones : ICameraZones
    {
        public event Action? Changed;

        public IReadOnlyList<string> All { get; set; } = [];

        public IReadOnlyList<string> Find(string camera) => All;

        public void RaiseChanged() => Changed?.Invoke();
    }
}
