using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using MQTTnet;
using RNNPool.Edge.Core;
using RNNPool.Edge.Events;
using RNNPool.Edge.Tests.Cli;
using RNNPool.Edge.Tests.Support;
using RNNPool.Edge.Vision.Presence;
using RNNPool.Edge.Web.Stream;

namespace RNNPool.Edge.Tests.Sinks.Mqtt;

/// <summary>Losses of brokers and devices, and their effect on events.</summary>
public sealed class MqttOutageTests : IAsyncDisposable
{
    private readonly MqttFixture _mqtt = new();
    private readonly FakeTimeProvider _time = new(Samples.Noon);
    private readonly MqttFixture _virtual;

    public MqttOutageTests() => _virtual = new MqttFixture(_time);

    public async ValueTask DisposeAsync()
    {
        await _mqtt.DisposeAsync();
        await _virtual.DisposeAsync();
    }

    [Fact]
    public async Task Events_of_an_outage_arrive_once_and_in_order_when_the_broker_is_back()
    {
        await using Mosquitto broker = await Mosquitto.StartAsync();
        MqttTestDevice device = await _virtual.ConnectAsync(broker, MqttFixture.WaitForBroker);
        await broker.KillAsync();
        await Wait.UntilAsync(() => !device.Status.Connected, "the loss is noticed");
        for (int i = 0; i < 200; i++)
            await _virtual.DeliverAsync(device, PresenceEventKind.New, $"{i}");

        await broker.StartAgainAsync();
        await using Listener listener = await Listener.ConnectAsync(broker.Port);
        await Wait.AdvanceUntilAsync(_time, TimeSpan.FromMilliseconds(20), () => device.Status.Outbox!.Queued == 0, "the outbox is empty");
        await Wait.UntilAsync(() => listener.On("test/door/events").Length >= 200, "all events");

        Assert.Equal(Enumerable.Range(0, 200).Select(i => $"{i}"), Ids(listener));
        Assert.Equal(200, device.Status.Outbox!.Published);
    }

    [Fact]
    public async Task Events_that_never_met_a_broker_are_published_by_the_next_run()
    {
        await using Mosquitto broker = await Mosquitto.StartAsync();
        await broker.KillAsync();
        MqttTestDevice first = await _mqtt.OpenAsync(broker);
        for (int i = 0; i < 20; i++)
            await _mqtt.DeliverAsync(first, PresenceEventKind.New, $"{i}");
        await first.Sink.CloseAsync(TestContext.Current.CancellationToken);
        await first.DisposeAsync();
        Assert.Equal(20, Assert.Single(_mqtt.Log.WithId(1314)).Values["Count"]);

        await broker.StartAgainAsync();
        await using Listener listener = await Listener.ConnectAsync(broker.Port);
        MqttTestDevice second = await _mqtt.ConnectAsync(broker);
        await Wait.UntilAsync(() => second.Status.Outbox!.Queued == 0 && listener.On("test/door/events").Length >= 20, "all events");

        Assert.Equal(Enumerable.Range(0, 20).Select(i => $"{i}"), Ids(listener));
    }

    [Fact]
    public async Task A_clean_stop_lets_the_last_events_leave_before_it_says_offline()
    {
        await using Mosquitto broker = await Mosquitto.StartAsync();
        MqttTestDevice device = await _virtual.ConnectAsync(broker, MqttFixture.WaitForBroker);
        await using Listener listener = await Listener.ConnectAsync(broker.Port);
        for (int i = 0; i < 20; i++)
            await _virtual.DeliverAsync(device, PresenceEventKind.New, $"{i}");

        await device.Sink.CloseAsync(TestContext.Current.CancellationToken);
        await listener.DrainAsync();

        Assert.Equal(20, Ids(listener).Length);
        Assert.Equal("offline", listener.Heard[^1].Text);
    }

    [Fact]
    public async Task A_process_that_is_killed_loses_no_event_that_it_had_put_by()
    {
        await using Mosquitto broker = await Mosquitto.StartAsync();
        await broker.KillAsync();
        string state = Path.Combine(_mqtt.Folder, "killed");
        string[] settings =
        [
            "--port",
            "0",
            "--mqtt",
            "127.0.0.1",
            "--set",
            $"Mqtt:Port={broker.Port}",
            "--set",
            "Mqtt:TopicPrefix=t",
            "--set",
            $"Device:StateFolder={state}",
            "--set",
            "Mqtt:ReconnectDelay=00:00:00.2",
        ];
        string[] logged;
        using (
            CommandLine killed = CommandLine.Start([
                "run",
                "--camera",
                $"images:{Samples.Root}/samples/demo?rate=10&loop=true",
                "--set",
                "Presence:MinUpdateInterval=00:00:00.1",
                "--set",
                "Presence:UpdateInterval=00:00:00.2",
                .. settings,
            ])
        )
        {
            await Wait.UntilAsync(() => Events(killed.Output).Length >= 6, "six events", () => [killed.Output, killed.Error]);
            killed.Signal(CommandLine.Kill);
            await killed.ExitAsync();
            logged = Events(killed.Output);
        }

        await broker.StartAgainAsync();
        await using Listener listener = await Listener.ConnectAsync(broker.Port, "t/#");
        using CommandLine next = CommandLine.Start(["run", "--camera", "synthetic:?rate=1&shapes=1", .. settings]);
        await Wait.UntilAsync(
            () => listener.On("t/events").Length >= logged.Length - 1,
            "the events of the killed run",
            () => [next.Output, next.Error]
        );
        next.Signal(CommandLine.Interrupt);
        int code = await next.ExitAsync();
        Assert.True(code == 0, $"exit code {code}: {next.Output} {next.Error}");

        // Two sinks write the log and the outbox independently; the kill may have come between them.
        string[] heard = listener.On("t/events");
        string[] expected = logged.Length <= heard.Length ? logged : logged[..^1];
        Assert.Equal(expected, heard.Take(expected.Length));
        Assert.InRange(heard.Length, logged.Length - 1, logged.Length + 1);
    }

    [Fact]
    public async Task A_broker_that_accepts_and_stays_silent_is_given_up()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();

        MqttTestDevice device = await _mqtt.OpenAsync(((IPEndPoint)silent.LocalEndpoint).Port, options =>
            options.Timeout = TimeSpan.FromSeconds(1)
        );

        await Wait.UntilAsync(() => device.Status.LastError is not null, "it is given up", () => _mqtt.Log.Lines);
    }

    [Fact]
    public async Task A_broker_that_does_not_acknowledge_is_left_and_the_event_is_published_again()
    {
        var client = new FakeMqttClient();
        MqttTestDevice device = _mqtt.Create(1, options => options.Timeout = TimeSpan.FromSeconds(1), client: client);
        await device.Sink.OpenAsync(TestContext.Current.CancellationToken);
        await Wait.UntilAsync(() => device.Status.Connected, "connected");
        client.IsSilent = true;
        await _mqtt.DeliverAsync(device, PresenceEventKind.New, "a");
        await Wait.UntilAsync(() => device.Status.LastError is not null, "it is left", () => _mqtt.Log.Lines);
        Assert.Equal(1, device.Status.Outbox!.Queued);

        client.IsSilent = false;

        await Wait.UntilAsync(() => device.Status.Outbox!.Queued == 0, "the event", () => _mqtt.Log.Lines);
        Assert.Equal(0, device.Status.Takeovers);
    }

    [Fact]
    public async Task A_refused_event_makes_room_for_the_next_and_a_quota_only_delays()
    {
        var client = new FakeMqttClient();
        int quotas = 2;
        client.Publishing = message =>
            Text(message) switch
            {
                var text when text.Contains("\"bad\"", StringComparison.Ordinal) => MqttClientPublishReasonCode.NotAuthorized,
                var text when text.Contains("\"busy\"", StringComparison.Ordinal) && quotas-- > 0 =>
                    MqttClientPublishReasonCode.QuotaExceeded,
                _ => MqttClientPublishReasonCode.Success,
            };
        MqttTestDevice device = _mqtt.Create(1, client: client);
        await device.Sink.OpenAsync(TestContext.Current.CancellationToken);
        foreach (string id in new[] { "bad", "busy", "good" })
            await _mqtt.DeliverAsync(device, PresenceEventKind.New, id);

        await Wait.UntilAsync(() => device.Status.Outbox!.Queued == 0, "all events", () => _mqtt.Log.Lines);

        string[] ids =
        [
            .. client
                .Published.Where(message => message.Topic == "test/door/events")
                .Select(message => JsonDocument.Parse(Text(message)).RootElement.GetProperty("id").GetString()!),
        ];
        Assert.Equal(["busy", "good"], ids);
        Assert.Equal((2, 1), (device.Status.Outbox!.Published, device.Status.Outbox.Refused));
        Assert.Contains("NotAuthorized", Assert.Single(_mqtt.Log.WithId(1325)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_state_that_changes_often_while_the_broker_is_away_is_published_once()
    {
        var client = new FakeMqttClient { Refusal = new SocketException((int)SocketError.ConnectionRefused) };
        MqttTestDevice device = _mqtt.Create(1, client: client);
        await device.Sink.OpenAsync(TestContext.Current.CancellationToken);
        for (int i = 0; i < 100; i++)
            device.States.Set("test/door/x", Encoding.ASCII.GetBytes($"{i}"));

        client.Refusal = null;
        await Wait.UntilAsync(() => device.Status.Connected, "connected");

        Assert.Equal(["99"], client.Published.Where(message => message.Topic == "test/door/x").Select(Text));
        int online = client.Published.FindIndex(message => message.Topic == "test/door/availability");
        Assert.True(client.Published.FindIndex(message => message.Topic == "test/door/x") < online, "states come before online");
    }

    [Fact]
    public async Task Every_metric_of_the_link_has_a_value()
    {
        MqttTestDevice device = _mqtt.Create(1, client: new FakeMqttClient());
        await device.Sink.OpenAsync(TestContext.Current.CancellationToken);
        await _mqtt.DeliverAsync(device, PresenceEventKind.New, "a");
        await Wait.UntilAsync(() => device.Status.Outbox!.Published == 1, "published");
        var seen = new Dictionary<string, long>();
        using var listener = new System.Diagnostics.Metrics.MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Meter == device.Metrics.Meter)
                    self.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => seen[instrument.Name] = value);
        listener.SetMeasurementEventCallback<int>((instrument, value, _, _) => seen[instrument.Name] = value);
        listener.Start();

        listener.RecordObservableInstruments();

        Assert.Equal(1, seen["rnnpool_edge_mqtt_connected"]);
        Assert.Equal(1, seen["rnnpool_edge_mqtt_connections_total"]);
        Assert.Equal(1, seen["rnnpool_edge_mqtt_events_published_total"]);
        Assert.Equal(0, seen["rnnpool_edge_mqtt_outbox_events"]);
        Assert.Equal(1, seen["rnnpool_edge_mqtt_outbox_on_disk"]);
    }

    private static string Text(MqttApplicationMessage message) => Encoding.UTF8.GetString(message.Payload);

    private static string[] Ids(Listener listener) =>
        [.. listener.On("test/door/events").Select(text => JsonSerializer.Deserialize(text, EventJson.Default.PresenceEvent)!.Id)];

    // The log line of an event ends with its JSON.
    private static string[] Events(string output) =>
        [
            .. output
                .Split('\n')
                .Where(line => line.Contains("[1200] ", StringComparison.Ordinal))
                .Select(line => line[line.IndexOf('{', StringComparison.Ordinal)..].TrimEnd()),
        ];
}
