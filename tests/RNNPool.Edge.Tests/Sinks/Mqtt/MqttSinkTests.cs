using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using MQTTnet;
using RNNPool.Edge.Events;
using RNNPool.Edge.Host;
using RNNPool.Edge.Tests.Support;
using RNNPool.Edge.Vision.Presence;
using RNNPool.Edge.Web.Stream;

namespace RNNPool.Edge.Tests.Sinks.Mqtt;

/// <summary>
/// The sink against a real broker; where a test must be there before the device comes back, the delays between attempts are in virtual
/// time.
/// </summary>
public sealed class MqttSinkTests : IAsyncDisposable
{
    private readonly MqttFixture _mqtt = new();
    private readonly FakeTimeProvider _time = new(Samples.Noon);
    private readonly MqttFixture _virtual;

    public MqttSinkTests() => _virtual = new MqttFixture(_time);

    public async ValueTask DisposeAsync()
    {
        await _mqtt.DisposeAsync();
        await _virtual.DisposeAsync();
    }

    [Fact]
    public async Task A_connection_says_online_and_keeps_state_and_availability_for_those_who_come_later()
    {
        await using Mosquitto broker = await Mosquitto.StartAsync();
        MqttTestDevice sink = await _mqtt.OpenAsync(broker);
        await Wait.UntilAsync(() => sink.Status.Connected, "connected");

        await using Listener late = await Listener.ConnectAsync(broker.Port);
        await Wait.UntilAsync(
            () => late.On("test/door/availability").Length == 1 && late.On("test/door/state").Length == 1,
            "two retained messages"
        );

        Assert.All(late.Heard, message => Assert.True(message.Retained));
        Assert.Equal(["online"], late.On("test/door/availability"));
        JsonElement state = JsonDocument.Parse(Assert.Single(late.On("test/door/state"))).RootElement;
        Assert.False(state.GetProperty("occupied").GetBoolean());
        Assert.Equal(0, state.GetProperty("count").GetInt32());
    }

    [Fact]
    public async Task Events_are_published_as_json_and_move_the_retained_state()
    {
        await using Mosquitto broker = await Mosquitto.StartAsync();
        MqttTestDevice sink = await _mqtt.OpenAsync(broker);
        await Wait.UntilAsync(() => sink.Status.Connected, "connected");
        await using Listener listener = await Listener.ConnectAsync(broker.Port);

        foreach (PresenceEventKind kind in new[] { PresenceEventKind.New, PresenceEventKind.Update, PresenceEventKind.End })
        {
            int before = listener.On("test/door/events").Length;
            await _mqtt.DeliverAsync(sink, kind, "a");
            await Wait.UntilAsync(() => listener.On("test/door/events").Length > before, $"{kind}");
        }

        string[] types =
        [
            .. listener
                .On("test/door/events")
                .Select(text => JsonSerializer.Deserialize(text, EventJson.Default.PresenceEvent)!.Type.ToString()),
        ];
        Assert.Equal(["New", "Update", "End"], types);
        Assert.DoesNotContain(listener.Heard, message => message.Topic.EndsWith("/events", StringComparison.Ordinal) && message.Retained);
        await Wait.UntilAsync(() => listener.On("test/door/state").Length == 3, "free, occupied, free");
        Assert.Equal([false, true, false], listener.On("test/door/state").Select(Occupied));
    }

    [Fact]
    public async Task A_clean_stop_says_offline()
    {
        await using Mosquitto broker = await Mosquitto.StartAsync();
        MqttTestDevice sink = await _mqtt.OpenAsync(broker);
        await using Listener listener = await Listener.ConnectAsync(broker.Port);
        await Wait.UntilAsync(() => sink.Status.Connected, "connected");

        await sink.Sink.CloseAsync(TestContext.Current.CancellationToken);

        await Wait.UntilAsync(() => listener.On("test/door/availability").LastOrDefault() == "offline", "offline");
    }

    [Fact]
    public async Task After_a_restart_of_the_broker_everything_is_said_again_and_waiting_events_arrive_once()
    {
        await using Mosquitto broker = await Mosquitto.StartAsync();
        MqttTestDevice sink = await _virtual.ConnectAsync(broker, MqttFixture.WaitForBroker);
        await _virtual.DeliverAsync(sink, PresenceEventKind.New, "before");
        await Wait.UntilAsync(() => sink.Status.Outbox!.Published == 1, "the first event");
        await broker.KillAsync();
        await Wait.UntilAsync(() => !sink.Status.Connected, "the loss is noticed");
        await _virtual.DeliverAsync(sink, PresenceEventKind.New, "meanwhile");
        await Wait.AdvanceUntilAsync(
            _time,
            TimeSpan.FromMilliseconds(20),
            () => _virtual.Log.WithId(1301).Count > 1,
            "an attempt has failed"
        );
        Assert.Equal(1, sink.Status.Outbox!.Queued);

        await broker.StartAgainAsync();
        await using Listener listener = await Listener.ConnectAsync(broker.Port);
        await Wait.AdvanceUntilAsync(
            _time,
            TimeSpan.FromMilliseconds(20),
            () => sink.Status.Outbox.Queued == 0 && sink.Status.Connected && listener.On("test/door/events").Length == 1,
            "what waited"
        );

        // The broker kept nothing: what it has now was published on the new connection.
        await using Listener late = await Listener.ConnectAsync(broker.Port);
        await Wait.UntilAsync(
            () => late.On("test/door/availability").Length == 1 && late.On("test/door/state").Length == 1,
            "retained messages"
        );
        Assert.Equal(["online"], late.On("test/door/availability"));
        Assert.True(Occupied(late.On("test/door/state")[0]));
        Assert.Equal(
            "meanwhile",
            JsonSerializer.Deserialize(Assert.Single(listener.On("test/door/events")), EventJson.Default.PresenceEvent)!.Id
        );
        Assert.Equal(2, sink.Status.Connections);
    }

    [Fact]
    public async Task After_an_outage_old_events_do_not_bring_back_an_old_state()
    {
        await using Mosquitto broker = await Mosquitto.StartAsync();
        MqttTestDevice sink = await _virtual.ConnectAsync(broker, MqttFixture.WaitForBroker);
        await broker.KillAsync();
        await Wait.UntilAsync(() => !sink.Status.Connected, "the loss is noticed");
        PresenceEvent begin = Samples.Event(PresenceEventKind.New);
        _virtual.Occupancy.Apply(begin);
        PresenceEvent end = Samples.Event(PresenceEventKind.End);
        _virtual.Occupancy.Apply(end);

        await broker.StartAgainAsync();
        await using Listener listener = await Listener.ConnectAsync(broker.Port);
        await sink.Sink.DeliverAsync(begin, TestContext.Current.CancellationToken);
        await sink.Sink.DeliverAsync(end, TestContext.Current.CancellationToken);
        await Wait.AdvanceUntilAsync(
            _time,
            TimeSpan.FromMilliseconds(20),
            () => listener.On("test/door/events").Length == 2,
            "both events"
        );

        Assert.All(listener.On("test/door/state"), state => Assert.False(Occupied(state)));
    }

    [Fact]
    public async Task A_client_that_steals_the_id_is_told_and_not_fought()
    {
        await using Mosquitto broker = await Mosquitto.StartAsync();
        MqttTestDevice first = await _mqtt.ConnectAsync(broker, options =>
            (options.ClientId, options.MaxReconnectDelay) = ("twin", TimeSpan.FromMinutes(1))
        );
        using IMqttClient thief = new MqttClientFactory().CreateMqttClient();

        // Mosquitto 2.0 closes the older connection without a reason, so the device detects the other client after a few closes.
        for (int theft = 1; theft <= 3; theft++)
        {
            await Wait.UntilAsync(
                () => first.Status.Connections == theft && first.Status.Connected,
                $"connection {theft}",
                () => _mqtt.Log.Lines
            );
            Assert.Equal(0, first.Status.Takeovers);
            await thief.ConnectAsync(
                new MqttClientOptionsBuilder().WithTcpServer("127.0.0.1", broker.Port).WithClientId("twin").Build(),
                TestContext.Current.CancellationToken
            );
            await Wait.UntilAsync(
                () => !first.Status.Connected || first.Status.Connections > theft,
                $"theft {theft}",
                () => _mqtt.Log.Lines
            );
        }

        await Wait.UntilAsync(() => first.Status.Takeovers == 1, "the theft is noticed", () => _mqtt.Log.Lines);
        Assert.Contains("Mqtt:ClientId", first.Status.LastError, StringComparison.Ordinal);
        Assert.True(thief.IsConnected);
        Assert.Contains(broker.Log, line =>
            line.Contains("Client twin already connected, closing old connection", StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task A_broker_that_says_so_is_believed_the_first_time()
    {
        await using DemoBroker broker = await DemoBroker.StartAsync("#", (_, _) => { }, TestContext.Current.CancellationToken);
        MqttTestDevice first = await _mqtt.ConnectAsync(broker.Port, options =>
            (options.ClientId, options.MaxReconnectDelay) = ("twin", TimeSpan.FromMinutes(1))
        );
        await using var thief = new MqttFixture();

        MqttTestDevice second = await thief.ConnectAsync(broker.Port, options => options.ClientId = "twin");

        await Wait.UntilAsync(() => first.Status.Takeovers == 1, "the theft is noticed", () => _mqtt.Log.Lines);
        Assert.Contains("Mqtt:ClientId", first.Status.LastError, StringComparison.Ordinal);
        await Wait.UntilAsync(
            () => _mqtt.Log.WithId(1303) is [{ } logged] && (string?)logged.Values["ClientId"] == "twin",
            "the sentence",
            () => _mqtt.Log.Lines
        );
        Assert.True(second.Status.Connected);
        Assert.Equal(0, second.Status.Takeovers);
    }

    [Fact]
    public async Task A_host_that_does_not_exist_is_named_and_tried_again()
    {
        await using Mosquitto broker = await Mosquitto.StartAsync();
        await _mqtt.OpenAsync(broker, options => (options.Host, options.Port) = ("no-such-host.invalid", null));

        await Wait.UntilAsync(() => _mqtt.Log.Warnings.Count >= 2, "two attempts");

        Assert.Equal("no-such-host.invalid:1883", _mqtt.Log.WithId(1301)[0].Values["Broker"]);
    }

    private static bool Occupied(string state) => JsonDocument.Parse(state).RootElement.GetProperty("occupied").GetBoolean();
}
