using System.Text.Json;
using Microsoft.Extensions.Options;
using RNNPool.Edge.Events;
using RNNPool.Edge.Mqtt;
using RNNPool.Edge.Tests.Support;
using RNNPool.Edge.Vision.Presence;

namespace RNNPool.Edge.Tests.Mqtt;

/// <summary>The sink against a real broker, in real time: the delays between attempts are set short.</summary>
public sealed class MqttSinkTests : IAsyncDisposable
{
    private readonly RecordingLogger<MqttSink> _log = new();
    private readonly OccupancyState _occupancy = new(TimeProvider.System);
    private readonly List<MqttSink> _sinks = [];

    public async ValueTask DisposeAsync()
    {
        foreach (MqttSink sink in _sinks) await sink.DisposeAsync();
    }

    [Fact]
    public async Task A_connection_says_online_and_keeps_state_and_availability_for_those_who_come_later()
    {
        await using Mosquitto broker = await Mosquitto.StartAsync();
        MqttSink sink = await OpenAsync(broker);
        await Wait.UntilAsync(() => sink.Status.Connected, "connected");

        await using Listener late = await Listener.ConnectAsync(broker.Port);
        await Wait.UntilAsync(() => late.Heard.Length == 2, "two retained messages");

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
        MqttSink sink = await OpenAsync(broker);
        await Wait.UntilAsync(() => sink.Status.Connected, "connected");
        await using Listener listener = await Listener.ConnectAsync(broker.Port);

        await DeliverAsync(sink, PresenceEventKind.New, "a");
        await DeliverAsync(sink, PresenceEventKind.Update, "a");
        await DeliverAsync(sink, PresenceEventKind.End, "a");

        await Wait.UntilAsync(() => listener.On("test/door/events").Length == 3, "three events");
        string[] types = [.. listener.On("test/door/events").Select(text => JsonSerializer.Deserialize(text, EventJson.Default.EventMessage)!.Type.ToString())];
        Assert.Equal(["New", "Update", "End"], types);
        Assert.DoesNotContain(listener.Heard, message => message.Topic.EndsWith("/events", StringComparison.Ordinal) && message.Retained);
        await Wait.UntilAsync(() => listener.On("test/door/state").Length == 3, "free, occupied, free");
        Assert.Equal([false, true, false], listener.On("test/door/state").Select(Occupied));
    }

    [Fact]
    public async Task A_clean_stop_says_offline()
    {
        await using Mosquitto broker = await Mosquitto.StartAsync();
        MqttSink sink = await OpenAsync(broker);
        await using Listener listener = await Listener.ConnectAsync(broker.Port);
        await Wait.UntilAsync(() => sink.Status.Connected, "connected");

        await sink.CloseAsync(TestContext.Current.CancellationToken);

        await Wait.UntilAsync(() => listener.On("test/door/availability").LastOrDefault() == "offline", "offline");
    }

    [Fact]
    public async Task After_a_restart_of_the_broker_everything_is_said_again_and_waiting_events_arrive_once()
    {
        await using Mosquitto broker = await Mosquitto.StartAsync();
        MqttSink sink = await OpenAsync(broker);
        await DeliverAsync(sink, PresenceEventKind.New, "before");
        await broker.KillAsync();
        await Wait.UntilAsync(() => !sink.Status.Connected, "the loss is noticed");
        Task waiting = DeliverAsync(sink, PresenceEventKind.New, "meanwhile");
        await Wait.UntilAsync(() => _log.Warnings.Any(line => line.Contains($"Not connected to the MQTT broker 127.0.0.1:{broker.Port}: nothing listens there. Trying again in", StringComparison.Ordinal)), "an attempt has failed");
        Assert.False(waiting.IsCompleted);

        await broker.StartAgainAsync();
        await using Listener listener = await Listener.ConnectAsync(broker.Port);
        await waiting;
        await Wait.UntilAsync(() => listener.On("test/door/events").Length == 1 && listener.On("test/door/state").Length >= 1, "what waited");

        // The broker kept nothing: what it has now was published on the new connection.
        await using Listener late = await Listener.ConnectAsync(broker.Port);
        await Wait.UntilAsync(() => late.Heard.Length == 2, "retained messages");
        Assert.Equal(["online"], late.On("test/door/availability"));
        Assert.True(Occupied(late.On("test/door/state")[0]));
        Assert.Equal("meanwhile", JsonSerializer.Deserialize(Assert.Single(listener.On("test/door/events")), EventJson.Default.EventMessage)!.Id);
        Assert.Equal(2, sink.Status.Connections);
    }

    [Fact]
    public async Task After_an_outage_old_events_do_not_bring_back_an_old_state()
    {
        await using Mosquitto broker = await Mosquitto.StartAsync();
        MqttSink sink = await OpenAsync(broker);
        await Wait.UntilAsync(() => sink.Status.Connected, "connected");
        await broker.KillAsync();
        await Wait.UntilAsync(() => !sink.Status.Connected, "the loss is noticed");
        DeviceEvent begin = _occupancy.Apply(EventMessage.From(Samples.Event(PresenceEventKind.New)));
        DeviceEvent end = _occupancy.Apply(EventMessage.From(Samples.Event(PresenceEventKind.End)));

        await broker.StartAgainAsync();
        await using Listener listener = await Listener.ConnectAsync(broker.Port);
        await sink.DeliverAsync(begin, TestContext.Current.CancellationToken);
        await sink.DeliverAsync(end, TestContext.Current.CancellationToken);
        await Wait.UntilAsync(() => listener.On("test/door/events").Length == 2, "both events");

        Assert.All(listener.On("test/door/state"), state => Assert.False(Occupied(state)));
    }

    [Fact]
    public async Task Two_devices_with_one_client_id_are_told_what_to_do()
    {
        await using Mosquitto broker = await Mosquitto.StartAsync();
        MqttSink first = await OpenAsync(broker, clientId: "twin");
        await Wait.UntilAsync(() => first.Status.Connected, "the first is connected");

        await OpenAsync(broker, clientId: "twin");

        await Wait.UntilAsync(() => _log.Warnings.Any(line => line.Contains("does another client use the client id 'twin'? Each device needs its own Mqtt:ClientId.", StringComparison.Ordinal)), "the sentence", () => _log.Lines);
    }

    [Fact]
    public async Task A_broker_that_wants_a_password_gives_the_sentence_that_fixes_it()
    {
        await using Mosquitto broker = await Mosquitto.StartAsync("allow_anonymous false");

        MqttSink sink = await OpenAsync(broker);

        await Wait.UntilAsync(() => sink.Status.LastError is not null, "the refusal");
        Assert.Contains("Mqtt:UserName and Mqtt:Password", sink.Status.LastError, StringComparison.Ordinal);
        Assert.False(sink.Status.Connected);
    }

    [Fact]
    public async Task A_host_that_does_not_exist_is_named_and_tried_again()
    {
        var options = new MqttOptions { Host = "no-such-host.invalid", ReconnectDelay = TimeSpan.FromMilliseconds(100), TopicPrefix = "t" };
        var sink = new MqttSink(Options.Create(options), new DeviceIdentity("0123456789ab"), _occupancy, TimeProvider.System, _log);
        _sinks.Add(sink);
        await sink.OpenAsync(TestContext.Current.CancellationToken);

        await Wait.UntilAsync(() => _log.Warnings.Count >= 2, "two attempts");

        Assert.Contains("no-such-host.invalid:1883: the host name is not known.", _log.Warnings[0], StringComparison.Ordinal);
    }

    private static bool Occupied(string state) => JsonDocument.Parse(state).RootElement.GetProperty("occupied").GetBoolean();

    private async Task<MqttSink> OpenAsync(Mosquitto broker, string clientId = "client-{device}")
    {
        var options = new MqttOptions
        {
            Host = "127.0.0.1", Port = broker.Port, ClientId = clientId, TopicPrefix = "test/door", ReconnectDelay = TimeSpan.FromMilliseconds(100), MaxReconnectDelay = TimeSpan.FromMilliseconds(400),
        };
        var sink = new MqttSink(Options.Create(options), new DeviceIdentity("0123456789ab"), _occupancy, TimeProvider.System, _log);
        _sinks.Add(sink);
        await sink.OpenAsync(TestContext.Current.CancellationToken);
        return sink;
    }

    private async Task DeliverAsync(MqttSink sink, PresenceEventKind kind, string id) =>
        await sink.DeliverAsync(_occupancy.Apply(EventMessage.From(Samples.Event(kind, id))), TestContext.Current.CancellationToken);
}
