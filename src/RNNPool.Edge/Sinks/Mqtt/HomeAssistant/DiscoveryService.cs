using System.Threading.Channels;
using Microsoft.Extensions.Options;
using RNNPool.Edge.Core;
using RNNPool.Edge.Sinks.Mqtt.Connection;

namespace RNNPool.Edge.Sinks.Mqtt.HomeAssistant;

/// <summary>
/// Keeps the retained discovery messages up to date: at the start, when an entity or the coprocessor changes, and when Home Assistant has
/// started. Entities that are no longer configured are removed, and with discovery switched off all of them.
/// </summary>
internal sealed partial class DiscoveryService : BackgroundService, IMqttListener
{
    /// <summary>Time between two checks for changes that raise no event, such as the board of a coprocessor that has connected.</summary>
    private static readonly TimeSpan CheckInterval = TimeSpan.FromSeconds(10);

    private readonly HomeAssistantOptions _options;
    private readonly DeviceDiscovery _discovery;
    private readonly RetainedStates _states;
    private readonly AnnouncementFile _file;
    private readonly LoopSupervisor _supervisor;
    private readonly TimeProvider _time;
    private readonly Random _random;
    private readonly ILogger<DiscoveryService> _logger;
    private readonly Lock _lock = new();
    private readonly Channel<bool> _starts = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite }
    );
    private readonly string _statusTopic;
    private BrokerTerms? _terms;
    private Announcement _announced;

    /// <summary>Sets the discovery messages; they are published with the first connection.</summary>
    public DiscoveryService(
        IOptions<HomeAssistantOptions> options,
        DeviceDiscovery discovery,
        RetainedStates states,
        AnnouncementFile file,
        LoopSupervisor supervisor,
        TimeProvider time,
        ILogger<DiscoveryService> logger,
        Random? random = null
    )
    {
        _options = options.Value;
        _discovery = discovery;
        _states = states;
        _file = file;
        _supervisor = supervisor;
        _time = time;
        _logger = logger;
        _random = random ?? Random.Shared;
        _announced = file.Read();
        _statusTopic = _options.DiscoveryPrefix + "/status";
        discovery.Changed += Announce;
        Announce();
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Filters => [_statusTopic];

    /// <summary>The discovery topic of a device.</summary>
    public static string Topic(string prefix, string deviceKey) => $"{prefix}/device/{deviceKey}/config";

    /// <inheritdoc/>
    public void Connected(BrokerTerms terms)
    {
        lock (_lock)
            _terms = terms;
        Announce();
    }

    /// <inheritdoc/>
    public void Received(ReceivedMessage message)
    {
        // A retained birth message is of an earlier start, and the new connection has just announced everything.
        if (message.Topic != _statusTopic || message.IsRetained || !message.Payload.Span.SequenceEqual("online"u8))
            return;
        _starts.Writer.TryWrite(true);
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _discovery.Changed -= Announce;
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        _supervisor.RunAsync("home-assistant", RunAsync, stoppingToken);

    private async Task RunAsync(CancellationToken stopping)
    {
        while (true)
        {
            if (await WaitForStartAsync(stopping).ConfigureAwait(false))
            {
                TimeSpan delay = _options.MaxAnnounceDelay * _random.NextDouble();
                LogHomeAssistantStarted(delay.TotalSeconds);
                await Task.Delay(delay, _time, stopping).ConfigureAwait(false);

                // Entities that are created after the message have no values yet.
                _states.MarkAll();
            }

            Announce();
        }
    }

    /// <returns>True for a start of Home Assistant; false when a check is due.</returns>
    private async Task<bool> WaitForStartAsync(CancellationToken stopping)
    {
        using var check = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        Task<bool> started = _starts.Reader.ReadAsync(check.Token).AsTask();
        Task due = Task.Delay(CheckInterval, _time, check.Token);
        bool isStart = await Task.WhenAny(started, due).ConfigureAwait(false) == started;
        await check.CancelAsync().ConfigureAwait(false);
        stopping.ThrowIfCancellationRequested();
        return isStart || started.IsCompletedSuccessfully;
    }

    private void Announce()
    {
        lock (_lock)
        {
            var announced = new Dictionary<string, Dictionary<string, string>>(StringComparer.Ordinal);
            IEnumerable<KeyValuePair<string, DiscoveryDocument>> documents = _options.Discovery ? _discovery.CreateDocuments() : [];
            foreach ((string key, DiscoveryDocument document) in documents)
                Announce(key, document, announced);
            foreach (string removed in _announced.Announced.Keys.Except(announced.Keys))
            {
                LogRemoved(removed);
                _states.Remove(removed);
            }

            var next = new Announcement(announced);
            if (!next.SameAs(_announced))
                _file.Write(next);
            _announced = next;
        }
    }

    private void Announce(string key, DiscoveryDocument document, Dictionary<string, Dictionary<string, string>> announced)
    {
        string topic = Topic(_options.DiscoveryPrefix, key);
        int entities = document.Components.Count;
        foreach ((string component, string platform) in _announced.Announced.GetValueOrDefault(topic) ?? [])
            document.Remove(component, platform);
        byte[] payload = document.ToBytes();
        bool isSplit = _options.DiscoveryStyle == DiscoveryStyle.Components;
        if (!isSplit && Fits(topic, document, payload.Length))
        {
            if (_states.Set(topic, payload))
                LogAnnounced(entities, topic);

            // A removed entity stays in the message, because Home Assistant may have been off when it was removed.
            announced[topic] = document.Components.ToDictionary();
            return;
        }

        bool isNew = false;
        foreach ((string single, byte[] part) in document.Split(_options.DiscoveryPrefix, isSplit))
        {
            isNew |= _states.Set(single, part);
            announced[single] = [];
        }

        if (isNew && isSplit)
            LogComponents(entities, key);
        else if (isNew)
            LogSplit(entities, topic, payload.Length);
    }

    // The limit of the broker is known when there is a connection; until then it is likely that of the last run.
    private bool Fits(string topic, DiscoveryDocument document, int length) =>
        _terms?.Fits(topic, length)
        ?? (
            _announced.Announced.ContainsKey(topic)
            || !document.Split(_options.DiscoveryPrefix).Any(single => _announced.Announced.ContainsKey(single.Topic))
        );
}
