using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using RNNPool.Edge.Core;
using RNNPool.Edge.Events;
using RNNPool.Edge.Sinks.Mqtt;
using RNNPool.Edge.Tests.Support;
using RNNPool.Edge.Vision.Presence;

namespace RNNPool.Edge.Tests.Sinks.Mqtt;

public sealed class CameraTopicsTests : IDisposable
{
    private readonly ControlsFixture _controls = new(TimeProvider.System);
    private readonly OccupancyState _occupancy = new(new FakeTimeProvider(Samples.Noon), new PresenceOptions());
    private readonly RetainedStates _states = new(new WorkSignal());

    public void Dispose()
    {
        _occupancy.Dispose();
        _controls.Dispose();
    }

    [Fact]
    public void Each_camera_of_several_has_a_retained_state()
    {
        _controls.CameraNames = ["door", "yard"];
        CameraTopics topics = Create();
        _occupancy.Apply(Samples.Event(id: "a") with { Camera = "yard" });
        _occupancy.Apply(Samples.Event(id: "b") with { Camera = "yard" });

        topics.Update();

        Assert.Equal(["test/camera/door/state", "test/camera/yard/state"], _states.Pending().Select(state => state.Topic));
        Assert.Equal((false, 0), Read("door"));
        Assert.Equal((true, 2), Read("yard"));

        // A change of one camera publishes the state of that camera only.
        foreach (RetainedState state in _states.Pending())
            _states.MarkPublished(state);
        _occupancy.Apply(Samples.Event(id: "c") with { Camera = "door" });
        topics.Update();
        Assert.Equal(["test/camera/door/state"], _states.Pending().Select(state => state.Topic));
        Assert.Equal((true, 1), Read("door"));
    }

    [Fact]
    public void One_camera_has_no_topics_beside_those_of_the_device()
    {
        CameraTopics topics = Create();
        _occupancy.Apply(Samples.Event() with { Camera = "door" });

        topics.Update();

        Assert.Empty(_states.Pending());
        Assert.Equal(("", ""), (CameraTopics.Place("door", isMain: true).Prefix, CameraTopics.Place("door", isMain: true).Key));
    }

    private CameraTopics Create() => new(_controls.Cameras, _occupancy, _states, new MqttTopics("test"));

    private (bool Occupied, int Count) Read(string camera)
    {
        byte[] payload = _states.Pending().Single(state => state.Topic == $"test/camera/{camera}/state").Payload;
        JsonElement state = JsonDocument.Parse(Encoding.UTF8.GetString(payload)).RootElement;
        return (state.GetProperty("occupied").GetBoolean(), state.GetProperty("count").GetInt32());
    }
}
