using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using MQTTnet;
using RNNPool.Edge.Cli;
using RNNPool.Edge.Core;
using RNNPool.Edge.Events;
using RNNPool.Edge.Pipeline;
using RNNPool.Edge.Pipeline.Control;
using RNNPool.Edge.Sinks.Mqtt;
using RNNPool.Edge.Sinks.Mqtt.Commands;
using RNNPool.Edge.Sinks.Outbox;
using RNNPool.Edge.Tests.Pipeline.Camera;
using RNNPool.Edge.Tests.Support;
using RNNPool.Edge.Vision.Presence;

namespace RNNPool.Edge.Tests.Sinks.Mqtt;

/// <summary>
/// Devices with settings that suit a test: short delays, topics under <c>test/door</c>, state in a folder of the fixture.
/// </summary>
internal sealed class MqttFixture(TimeProvider? time = null) : IAsyncDisposable
{
    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private readonly List<MqttTestDevice> _devices = [];
    private CameraSet? _cameras;

    public RecordingLogger<MqttLink> Log { get; } = new();

    public LoopSupervisor Supervisor { get; } = new(TimeProvider.System, NullLogger<LoopSupervisor>.Instance);

    /// <summary>Live settings of presences.</summary>
    public StaticLive<PresenceOptions> Presence { get; } = new(new PresenceOptions());

    /// <summary>Live settings of the device.</summary>
    public StaticLive<DeviceOptions> Device { get; } = new(new DeviceOptions());

    /// <summary>Names of the cameras; set before the first device.</summary>
    public string[] CameraNames { get; set; } = ["door"];

    /// <summary>The cameras, which deliver nothing.</summary>
    public CameraSet Cameras =>
        _cameras ??= new CameraSet(CameraNames.Select(name => new FakeCamera(_time) { Name = name }), new ImagePolicy(Device), _time);

    public OccupancyState Occupancy { get; } = new(TimeProvider.System, new PresenceOptions());

    /// <summary>The folder of the state; the outbox is in it.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("mqtt-").FullName;

    /// <summary>
    /// Settings of a device with delays in virtual time and a real broker, which must not be considered silent meanwhile.
    /// </summary>
    public static void WaitForBroker(MqttOptions options) => options.Timeout = TimeSpan.FromHours(1);

    /// <summary>A device that has not been opened.</summary>
    public MqttTestDevice Create(int port, Action<MqttOptions>? change = null, DeviceControls? controls = null, IMqttClient? client = null)
    {
        var options = new MqttOptions
        {
            Host = "127.0.0.1",
            Port = port,
            ClientId = "client-{device}",
            TopicPrefix = "test/door",
            ReconnectDelay = TimeSpan.FromMilliseconds(100),
            MaxReconnectDelay = TimeSpan.FromMilliseconds(400),
        };
        change?.Invoke(options);
        var wrapped = Options.Create(options);
        var work = new WorkSignal();
        var states = new RetainedStates(work);
        var messages = new MomentaryMessages(work, _time);
        var outbox = new EventOutbox(
            options.Outbox,
            MqttFeature.OutboxPlace,
            new StateFolder(Folder, NullLogger<StateFolder>.Instance),
            work,
            _time,
            new ClockTrust(_time, () => true),
            Log.As<EventOutbox>()
        );
        var topics = new MqttTopics(options.TopicPrefix);
        var meter = new DeviceMetrics();
        var metrics = new MqttMetrics(meter);
        var images = new ImagePolicy(Device);
        ControlTopics? controlTopics = controls is null ? null : new ControlTopics(controls, states, topics, Presence);
        SnapshotTopics? snapshots = controls is null ? null : new SnapshotTopics(Cameras, images, controls, states, topics);
        CommandInbox? inbox = controls is null ? null : new CommandInbox(topics, controlTopics!, metrics, _time, Log.As<CommandInbox>());
        CommandService? commands = controls is null
            ? null
            : new CommandService(
                inbox!,
                controlTopics!,
                Cameras,
                new CameraSnapshots(Cameras, controls),
                snapshots!,
                controls,
                images,
                wrapped,
                Supervisor,
                _time,
                Log.As<CommandService>()
            );
        var link = new MqttLink(
            wrapped,
            new DeviceIdentity("0123456789ab"),
            topics,
            outbox,
            states,
            messages,
            work,
            new Lazy<IEnumerable<IMqttListener>>(() => inbox is null ? [] : [inbox]),
            metrics,
            Supervisor,
            _time,
            Log,
            client
        );
        var device = new MqttTestDevice(
            new MqttSink(link, outbox, states, Occupancy, new TransitionMessages()),
            link,
            outbox,
            states,
            messages,
            commands,
            snapshots,
            meter
        );
        _devices.Add(device);
        return device;
    }

    public Task<MqttTestDevice> OpenAsync(Mosquitto broker, Action<MqttOptions>? change = null) => OpenAsync(broker.Port, change);

    public async Task<MqttTestDevice> OpenAsync(
        int port,
        Action<MqttOptions>? change = null,
        DeviceControls? controls = null,
        bool images = false
    )
    {
        if (images)
            Device.Current = new DeviceOptions { AllowImages = true };
        MqttTestDevice device = Create(port, change, controls);
        if (device.Commands is not null)
            await device.Commands.StartAsync(TestContext.Current.CancellationToken);
        await device.Sink.OpenAsync(TestContext.Current.CancellationToken);
        return device;
    }

    /// <summary>Opens a device and waits until it is connected.</summary>
    public Task<MqttTestDevice> ConnectAsync(Mosquitto broker, Action<MqttOptions>? change = null) => ConnectAsync(broker.Port, change);

    public async Task<MqttTestDevice> ConnectAsync(
        int port,
        Action<MqttOptions>? change = null,
        DeviceControls? controls = null,
        bool images = false
    )
    {
        MqttTestDevice device = await OpenAsync(port, change, controls, images);
        await Wait.UntilAsync(() => device.Status.Connected, "connected", () => Log.Lines);
        return device;
    }

    /// <summary>Opens a device that the broker refuses.</summary>
    /// <returns>The reason.</returns>
    public async Task<string> RefusedAsync(Mosquitto broker, Action<MqttOptions>? change = null)
    {
        MqttTestDevice device = await OpenAsync(broker, change);
        await Wait.UntilAsync(() => device.Status.LastError is not null, "a refusal", () => Log.Lines);
        Assert.False(device.Status.Connected);
        return device.Status.LastError!;
    }

    public async Task DeliverAsync(MqttTestDevice device, PresenceEventKind kind, string id)
    {
        PresenceEvent presenceEvent = Samples.Event(kind, id);
        Occupancy.Apply(presenceEvent);
        await device.Sink.DeliverAsync(presenceEvent, TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (MqttTestDevice device in _devices)
            await device.DisposeAsync();
        _cameras?.Dispose();
        Directory.Delete(Folder, recursive: true);
    }
}

/// <summary>The MQTT side of a device.</summary>
internal sealed record MqttTestDevice(
    MqttSink Sink,
    MqttLink Link,
    EventOutbox Outbox,
    RetainedStates States,
    MomentaryMessages Messages,
    CommandService? Commands,
    SnapshotTopics? Snapshots,
    DeviceMetrics Metrics
) : IAsyncDisposable
{
    public MqttStatus Status => Link.Status;

    public async ValueTask DisposeAsync()
    {
        if (Commands is not null)
        {
            await Commands.StopAsync(CancellationToken.None);
            Commands.Dispose();
        }

        await Link.DisposeAsync();
        Outbox.Dispose();
        Metrics.Dispose();
    }
}
