using System.Text;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using RNNPool.Edge.Core;
using RNNPool.Edge.Sinks.Mqtt;
using RNNPool.Edge.Tests.Support;
using RNNPool.Edge.Vision.Presence;

namespace RNNPool.Edge.Tests.Sinks.Mqtt;

/// <summary>Brokers that support less than the device asks for.</summary>
public sealed class BrokerTermsTests : IAsyncDisposable
{
    private const byte Version5 = 5;
    private const byte Version4 = 4;

    private readonly MqttFixture _mqtt = new();
    private readonly ScriptedBroker _broker = new();

    public async ValueTask DisposeAsync()
    {
        await _mqtt.DisposeAsync();
        await _broker.DisposeAsync();
    }

    [Theory]
    [InlineData("20020001")] // return code 1 of MQTT 3.1.1
    [InlineData("2003008400")] // reason code 0x84 of MQTT 5
    [InlineData("2002000584")] // not a packet of MQTT 5
    [InlineData(null)] // closes the connection
    public async Task A_broker_without_mqtt_5_is_used_by_mqtt_3(string? answer)
    {
        byte[]? refusal = answer is null ? null : Convert.FromHexString(answer);
        _broker.Connecting = connect => connect.Version == Version5 ? refusal : ScriptedBroker.Accept(Version4);

        MqttTestDevice device = await _mqtt.ConnectAsync(_broker.Port);
        await _mqtt.DeliverAsync(device, PresenceEventKind.New, "a");

        await Wait.UntilAsync(() => _broker.Published.Any(message => message.Topic == "test/door/events"), "the event");
        Assert.Equal([Version5, Version4], _broker.Versions);
        Assert.Equal("3.1.1", device.Status.Protocol);
        Assert.Equal("3.1.1", _mqtt.Log.WithId(1300)[0].Values["Protocol"]);
    }

    [Fact]
    public async Task A_broker_that_has_refused_mqtt_5_is_asked_once()
    {
        int connections = 0;
        _broker.Connecting = connect => connect.Version == Version5 ? [0x20, 2, 0, 1] : ScriptedBroker.Accept(Version4);
        _broker.Publishing = message => message.Topic.EndsWith("/availability", StringComparison.Ordinal) && connections++ == 0 ? null : 0;

        MqttTestDevice device = await _mqtt.OpenAsync(_broker.Port);
        await Wait.UntilAsync(() => device.Status.Connected, "connected again");

        Assert.Equal([Version5, Version4, Version4], _broker.Versions);
    }

    [Fact]
    public async Task A_refusal_after_the_fallback_gives_its_own_reason()
    {
        _broker.Connecting = connect => [0x20, 2, 0, connect.Version == Version5 ? (byte)1 : (byte)4];

        MqttTestDevice device = await _mqtt.OpenAsync(_broker.Port);
        await Wait.UntilAsync(() => device.Status.LastError is not null, "the refusal");

        Assert.Contains("Mqtt:UserName", device.Status.LastError, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_broker_with_qos_0_only_receives_qos_0(bool refusesWill)
    {
        _broker.Connecting = connect =>
            refusesWill && connect.WillQos > 0 ? [0x20, 3, 0, 0x9B, 0] : ScriptedBroker.Accept(connect.Version, 0x24, 0);

        MqttTestDevice device = await _mqtt.ConnectAsync(_broker.Port);
        await _mqtt.DeliverAsync(device, PresenceEventKind.New, "a");

        await Wait.UntilAsync(() => _broker.Published.Any(message => message.Topic == "test/door/events"), "the event");
        Assert.All(_broker.Published, message => Assert.Equal(0, message.Qos));
        Assert.Single(_mqtt.Log.WithId(1304));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_broker_that_does_not_retain_receives_no_retained_message(bool refusesWill)
    {
        _broker.Connecting = connect =>
            refusesWill && connect.WillRetain ? [0x20, 3, 0, 0x9A, 0] : ScriptedBroker.Accept(connect.Version, 0x25, 0);

        MqttTestDevice device = await _mqtt.ConnectAsync(_broker.Port);

        Assert.Contains(_broker.Published, message => message is { Topic: "test/door/state", Retain: false });
        Assert.All(_broker.Published, message => Assert.False(message.Retain));
        Assert.Single(_mqtt.Log.WithId(1305));
        Assert.False(device.Link.Terms.Retains);
    }

    [Fact]
    public async Task A_broker_that_does_not_retain_receives_all_states_with_each_report()
    {
        var time = new FakeTimeProvider();
        var options = new MqttOptions();
        _broker.Connecting = connect => ScriptedBroker.Accept(connect.Version, 0x25, 0);
        MqttTestDevice device = await _mqtt.ConnectAsync(_broker.Port);
        using var reports = new ReportService(
            [],
            device.Link,
            device.States,
            device.Messages,
            device.Link.Topics,
            Options.Create(options),
            _mqtt.Supervisor,
            time
        );

        await reports.StartAsync(TestContext.Current.CancellationToken);

        await Wait.AdvanceUntilAsync(
            time,
            options.ReportInterval,
            () => _broker.Published.Count(message => message.Topic == "test/door/state") >= 3,
            "the state again and again"
        );
        await reports.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_topic_that_the_access_list_forbids_is_named_and_the_others_are_published()
    {
        _broker.Publishing = message => message.Topic.StartsWith("homeassistant/", StringComparison.Ordinal) ? (byte)0x87 : (byte)0;

        MqttTestDevice device = _mqtt.Create(_broker.Port);
        device.States.Set("homeassistant/device/x/config", "{}"u8.ToArray());
        await device.Sink.OpenAsync(TestContext.Current.CancellationToken);
        await Wait.UntilAsync(() => device.Status.Connected, "connected");

        Assert.Contains(_broker.Published, message => message.Topic == "test/door/state");
        AssertDegraded(device, "homeassistant/device/x/config");
        Assert.Single(_mqtt.Log.WithId(1312));
    }

    [Fact]
    public async Task A_message_over_the_brokers_limit_is_named_and_the_others_are_published()
    {
        // Maximum Packet Size 1024
        _broker.Connecting = connect => ScriptedBroker.Accept(connect.Version, 0x27, 0, 0, 4, 0);

        MqttTestDevice device = _mqtt.Create(_broker.Port);
        device.States.Set("homeassistant/device/x/config", Encoding.UTF8.GetBytes(new string('x', 2000)));
        await device.Sink.OpenAsync(TestContext.Current.CancellationToken);
        await Wait.UntilAsync(() => device.Status.Connected, "connected");

        Assert.Contains(_broker.Published, message => message.Topic == "test/door/state");
        AssertDegraded(device, "homeassistant/device/x/config", "1024");
    }

    [Theory]
    [InlineData(Version5)]
    [InlineData(Version4)]
    public async Task A_broker_that_closes_at_a_topic_does_not_keep_the_device_from_its_work(byte version)
    {
        _broker.Connecting = connect => connect.Version > version ? [0x20, 2, 0, 1] : ScriptedBroker.Accept(connect.Version);
        _broker.Publishing = message => message.Topic.StartsWith("homeassistant/", StringComparison.Ordinal) ? null : (byte)0;

        MqttTestDevice device = _mqtt.Create(_broker.Port);
        device.States.Set("homeassistant/device/x/config", "{}"u8.ToArray());
        await device.Sink.OpenAsync(TestContext.Current.CancellationToken);
        await Wait.UntilAsync(() => device.Status.Connected, "connected", () => _mqtt.Log.Lines);
        await _mqtt.DeliverAsync(device, PresenceEventKind.New, "a");

        await Wait.UntilAsync(() => _broker.Published.Any(message => message.Topic == "test/door/events"), "the event");
        Assert.Equal(2, _mqtt.Log.WithId(1301).Count);
        AssertDegraded(device, "homeassistant/device/x/config");
    }

    [Fact]
    public async Task A_broker_that_closes_at_events_keeps_the_state_and_the_events_wait()
    {
        _broker.Publishing = message => message.Topic == "test/door/events" ? null : (byte)0;

        MqttTestDevice device = await _mqtt.ConnectAsync(_broker.Port);
        await _mqtt.DeliverAsync(device, PresenceEventKind.New, "a");
        await Wait.UntilAsync(
            () => _mqtt.Log.WithId(1301).Count == 2 && device.Status is { Connected: true, Restriction: not null },
            "left out"
        );
        device.States.Set("test/door/later", "1"u8.ToArray());
        await Wait.UntilAsync(() => _broker.Published.Any(message => message.Topic == "test/door/later"), "the state");

        Assert.Equal(1, device.Status.Outbox!.Queued);
        AssertDegraded(device, "test/door/events");
    }

    private static void AssertDegraded(MqttTestDevice device, params string[] names)
    {
        var health = new MqttHealth(device.Link, Options.Create(new MqttOptions()));
        Assert.Null(health.Failure);
        Assert.All(names, name => Assert.Contains(name, ((IHealthSource)health).Degradation!, StringComparison.Ordinal));
    }
}
