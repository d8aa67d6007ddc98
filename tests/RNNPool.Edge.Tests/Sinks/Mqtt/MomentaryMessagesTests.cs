using Microsoft.Extensions.Time.Testing;
using RNNPool.Edge.Core;
using RNNPool.Edge.Sinks.Mqtt;
using RNNPool.Edge.Tests.Support;

namespace RNNPool.Edge.Tests.Sinks.Mqtt;

/// <summary>Messages about a moment: published at once, not retained, or not at all.</summary>
public sealed class MomentaryMessagesTests : IAsyncDisposable
{
    private readonly FakeTimeProvider _time = new(Samples.Noon);
    private readonly MqttFixture _mqtt = new();
    private readonly MomentaryMessages _messages;

    public MomentaryMessagesTests() => _messages = new MomentaryMessages(new WorkSignal(), _time);

    public ValueTask DisposeAsync() => _mqtt.DisposeAsync();

    [Fact]
    public void A_message_that_has_waited_too_long_is_discarded()
    {
        _messages.Add("old", [1]);
        _time.Advance(MomentaryMessages.MaxAge);
        _messages.Add("new", [2]);
        _time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal("new", _messages.Take()?.Topic);
        Assert.Null(_messages.Take());
    }

    [Fact]
    public void Of_too_many_the_oldest_are_discarded()
    {
        for (int i = 0; i < 100; i++)
            _messages.Add($"{i}", []);

        Assert.Equal("84", _messages.Take()?.Topic);
    }

    [Fact]
    public async Task A_message_is_published_once_and_is_not_retained()
    {
        await using Mosquitto broker = await Mosquitto.StartAsync();
        MqttTestDevice device = await _mqtt.ConnectAsync(broker);
        await using Listener listener = await Listener.ConnectAsync(broker.Port);

        device.Messages.Add("test/door/button", "pressed"u8.ToArray());
        await Wait.UntilAsync(() => listener.On("test/door/button").Length > 0, "the message");
        await using Listener late = await Listener.ConnectAsync(broker.Port);
        await late.DrainAsync();

        Assert.Equal(["pressed"], listener.On("test/door/button"));
        Assert.Empty(late.On("test/door/button"));
    }
}
