using Microsoft.Extensions.Options;
using RNNPool.Edge.Events;
using RNNPool.Edge.Mqtt;
using RNNPool.Edge.Tests.Support;
using RNNPool.Edge.Vision.Presence;

namespace RNNPool.Edge.Tests.Mqtt;

/// <summary>Sinks with settings that suit a test: short delays, topics under <c>test/door</c>.</summary>
internal sealed class MqttFixture : IAsyncDisposable
{
    private readonly List<MqttSink> _sinks = [];

    public RecordingLogger<MqttSink> Log { get; } = new();

    public OccupancyState Occupancy { get; } = new(TimeProvider.System);

    public Task<MqttSink> OpenAsync(Mosquitto broker, Action<MqttOptions>? change = null) => OpenAsync(broker.Port, change);

    public async Task<MqttSink> OpenAsync(int port, Action<MqttOptions>? change = null)
    {
        var options = new MqttOptions
        {
            Host = "127.0.0.1", Port = port, ClientId = "client-{device}", TopicPrefix = "test/door", ReconnectDelay = TimeSpan.FromMilliseconds(100), MaxReconnectDelay = TimeSpan.FromMilliseconds(400),
        };
        change?.Invoke(options);
        var sink = new MqttSink(Options.Create(options), new DeviceIdentity("0123456789ab"), Occupancy, TimeProvider.System, Log);
        _sinks.Add(sink);
        await sink.OpenAsync(TestContext.Current.CancellationToken);
        return sink;
    }

    /// <summary>Opens a sink and waits until it is connected.</summary>
    public Task<MqttSink> ConnectAsync(Mosquitto broker, Action<MqttOptions>? change = null) => ConnectAsync(broker.Port, change);

    public async Task<MqttSink> ConnectAsync(int port, Action<MqttOptions>? change = null)
    {
        MqttSink sink = await OpenAsync(port, change);
        await Wait.UntilAsync(() => sink.Status.Connected, "connected", () => Log.Lines);
        return sink;
    }

    /// <summary>Opens a sink that does not get in.</summary>
    /// <returns>Why not.</returns>
    public async Task<string> RefusedAsync(Mosquitto broker, Action<MqttOptions>? change = null)
    {
        MqttSink sink = await OpenAsync(broker, change);
        await Wait.UntilAsync(() => sink.Status.LastError is not null, "a refusal", () => Log.Lines);
        Assert.False(sink.Status.Connected);
        return sink.Status.LastError!;
    }

    public async Task DeliverAsync(MqttSink sink, PresenceEventKind kind, string id) =>
        await sink.DeliverAsync(Occupancy.Apply(EventMessage.From(Samples.Event(kind, id))), TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        foreach (MqttSink sink in _sinks) await sink.DisposeAsync();
    }
}
