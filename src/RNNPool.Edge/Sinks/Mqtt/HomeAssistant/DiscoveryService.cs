using System.Threading.Channels;
using Microsoft.Extensions.Options;

namespace RNNPool.Edge.Sinks.Mqtt.HomeAssistant;

/// <summary>
/// Keeps the retained discovery messages as they should be: announced at the start and whenever the device or its coprocessor changes, again when Home
/// Assistant has started, without what is gone from the settings, and removed when discovery is switched off.
/// </summary>
internal sealed partial class DiscoveryService : BackgroundService, IMqttListener
{
    /// <summary>How often it is looked whether something has changed: a coprocessor that connects says what it is.</summary>
    private static readonly TimeSpan CheckInterval = TimeSpan.FromSeconds(10);

    private readonly IOptionsMonitor<HomeAssistantOptions> _options;
    private readonly Func<DiscoverySubject> _subject;
    private readonly RetainedStates _states;
    private readonly AnnouncementFile _file;
    private readonly TimeProvider _time;
    private readonly Random _random;
    private readonly ILogger<DiscoveryService> _logger;
    private readonly Channel<bool> _starts = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite }
    );
    private readonly string _statusTopic;
    private Announcement _announced;

    public DiscoveryService(
        IOptionsMonitor<HomeAssistantOptions> options,
        Func<DiscoverySubject> subject,
        RetainedStates states,
        AnnouncementFile file,
        TimeProvider time,
        ILogger<DiscoveryService> logger,
        Random? random = null
    )
    {
        (_options, _subject, _states, _file, _time, _logger, _random) = (
            options,
            subject,
            states,
            file,
            time,
            logger,
            random ?? Random.Shared
        );
        _announced = file.Read();
        _statusTopic = options.CurrentValue.DiscoveryPrefix + "/status";
        Announce();
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Filters => [_statusTopic];

    /// <summary>The discovery topic of a device.</summary>
    public static string Topic(string prefix, string deviceKey) => $"{prefix}/device/{deviceKey}/config";

    /// <inheritdoc/>
    public void Connected() { }

    /// <inheritdoc/>
    public void Received(ReceivedMessage message)
    {
        // A retained birth message tells of an earlier start, and the new connection has just announced everything.
        if (message.Topic == _statusTopic && !message.IsRetained && message.Payload.Span.SequenceEqual("online"u8))
            _starts.Writer.TryWrite(true);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            using var check = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
            Task<bool> started = _starts.Reader.ReadAsync(check.Token).AsTask();
            Task due = Task.Delay(CheckInterval, _time, check.Token);
            bool isStart = await Task.WhenAny(started, due).ConfigureAwait(false) == started;
            await check.CancelAsync().ConfigureAwait(false);
            stoppingToken.ThrowIfCancellationRequested();
            if (isStart || started.IsCompletedSuccessfully)
            {
                TimeSpan delay = _options.CurrentValue.MaxAnnounceDelay * _random.NextDouble();
                LogHomeAssistantStarted(delay.TotalSeconds);
                await Task.Delay(delay, _time, stoppingToken).ConfigureAwait(false);
                Announce();

                // States as well: entities that are made anew have none.
                _states.MarkAll();
                continue;
            }

            Announce();
        }
    }

    private void Announce()
    {
        HomeAssistantOptions options = _options.CurrentValue;
        var current = new Dictionary<string, DiscoveryDocument>();
        if (options.Discovery)
        {
            DiscoverySubject subject = _subject();
            current[Topic(options.DiscoveryPrefix, subject.DeviceKey)] = DeviceDiscovery.Device(subject);
            if (subject.Coprocessor is { } coprocessor)
                current[Topic(options.DiscoveryPrefix, subject.CoprocessorKey)] = DeviceDiscovery.Coprocessor(subject, coprocessor);
        }

        var announced = new Dictionary<string, Dictionary<string, string>>();
        foreach ((string topic, DiscoveryDocument document) in current)
        {
            int entities = document.Components.Count;
            foreach ((string key, string platform) in _announced.Announced.GetValueOrDefault(topic) ?? [])
                document.Remove(key, platform);
            if (_states.Set(topic, document.ToBytes()))
                LogAnnounced(entities, topic);

            // What is gone stays in the list, and in the message: Home Assistant may have been off when it went.
            announced[topic] = document.Components.ToDictionary();
        }

        foreach (string gone in _announced.Announced.Keys.Except(current.Keys))
        {
            LogRemoved(gone);
            _states.Clear(gone);
        }

        bool same =
            announced.Count == _announced.Announced.Count
            && announced.All(pair =>
                _announced.Announced.TryGetValue(pair.Key, out Dictionary<string, string>? old)
                && old.Count == pair.Value.Count
                && pair.Value.All(component => old.TryGetValue(component.Key, out string? platform) && platform == component.Value)
            );
        _announced = new Announcement(announced);
        if (!same)
            _file.Write(_announced);
    }
}
