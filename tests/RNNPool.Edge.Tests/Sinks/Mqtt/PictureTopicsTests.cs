using System.Text.Json;
using Microsoft.Extensions.Options;
using RNNPool.Edge.Core;
using RNNPool.Edge.Events;
using RNNPool.Edge.Pipeline.Control;
using RNNPool.Edge.Sinks.Mqtt;
using RNNPool.Edge.Tests.Support;

namespace RNNPool.Edge.Tests.Sinks.Mqtt;

public sealed class PictureTopicsTests : IDisposable
{
    private static readonly string[] Topics = ["test/door/picture_facts", "test/door/picture_crop", "test/door/picture"];

    private readonly ControlsFixture _controls = new(TimeProvider.System);
    private readonly RetainedStates _states = new(new WorkSignal());
    private readonly DeviceControls _running;
    private PictureTopics? _topics;

    public PictureTopicsTests() => _running = _controls.Start();

    public void Dispose()
    {
        _topics?.Dispose();
        _controls.Dispose();
    }

    [Fact]
    public void The_facts_are_published_before_the_pictures()
    {
        PictureTopics topics = Start();
        topics.OnPicture(Samples.Picture());

        IReadOnlyList<RetainedState> pending = _states.Pending();
        Assert.Equal(Topics, pending.Select(state => state.Topic));
        Assert.Equal(Samples.Picture().Facts, JsonSerializer.Deserialize(pending[0].Payload, EventJson.Default.PictureFacts));
        Assert.Equal([0xFF, 0xD8], pending[2].Payload[..2]);
        Assert.True(topics.HoldsImages);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Without_permission_the_topics_are_removed_and_stay_so(bool byPin)
    {
        PictureTopics topics = Start();
        topics.OnPicture(Samples.Picture());

        if (byPin)
            _running.SetInputPrivacy(true, "button");
        else
            _controls.Device.Current = new DeviceOptions();
        topics.OnPicture(Samples.Picture(shade: 200));

        Assert.All(_states.Pending(), state => Assert.Empty(state.Payload));
        Assert.Equal(Topics.Order(StringComparer.Ordinal), _states.Pending().Select(state => state.Topic).Order(StringComparer.Ordinal));
        Assert.False(topics.HoldsImages);
    }

    [Theory]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public void A_start_without_permission_or_wish_removes_what_an_earlier_run_has_published(bool allowed, bool wanted)
    {
        _controls.Device.Current = new DeviceOptions { AllowImages = allowed };
        Start(wanted);
        Assert.Equal(3, _states.Pending().Count(state => state.Payload.Length == 0));
    }

    private PictureTopics Start(bool wanted = true) =>
        _topics = new PictureTopics(
            _controls.Cameras,
            new ImagePolicy(_controls.Device),
            _running,
            _states,
            new MqttTopics("test/door"),
            Options.Create(new MqttOptions { Pictures = wanted })
        );
}
