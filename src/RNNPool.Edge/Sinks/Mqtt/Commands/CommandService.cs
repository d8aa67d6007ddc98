using System.Globalization;
using System.Text;
using System.Threading.Channels;
using Microsoft.Extensions.Options;
using RNNPool.Edge.Core;
using RNNPool.Edge.Pipeline.Control;
using RNNPool.Edge.Vision.Presence;

namespace RNNPool.Edge.Sinks.Mqtt.Commands;

/// <summary>
/// Carries out commands of other clients, and answers by the retained topics of what they change. Of each command only the newest waits, and none is
/// carried out more often than its pace allows: a flood costs nothing, and the last word still counts.
/// </summary>
internal sealed partial class CommandService : BackgroundService, IMqttListener
{
    private const string Origin = "mqtt";

    private static readonly TimeSpan LogInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ControlPace = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan SnapshotPace = TimeSpan.FromSeconds(1);

    private readonly DeviceControls _controls;
    private readonly RetainedStates _states;
    private readonly MqttTopics _topics;
    private readonly IOptionsMonitor<PresenceOptions> _presence;
    private readonly IOptionsMonitor<DeviceOptions> _device;
    private readonly MqttOptions _options;
    private readonly Func<MqttMetrics> _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger<CommandService> _logger;
    private readonly Lock _lock = new();
    private readonly DeviceCommand?[] _waiting = new DeviceCommand?[Enum.GetValues<CommandKind>().Length];
    private readonly Channel<bool> _signal = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite }
    );
    private long _loggedAt;
    private long _unlogged;

    public CommandService(
        DeviceControls controls,
        RetainedStates states,
        MqttTopics topics,
        IOptions<MqttOptions> options,
        IOptionsMonitor<PresenceOptions> presence,
        IOptionsMonitor<DeviceOptions> device,
        Func<MqttMetrics> metrics,
        TimeProvider time,
        ILogger<CommandService> logger
    )
    {
        (_controls, _states, _topics, _options, _presence, _device, _metrics, _time, _logger) = (
            controls,
            states,
            topics,
            options.Value,
            presence,
            device,
            metrics,
            time,
            logger
        );
        Filters = [.. Enum.GetValues<CommandKind>().Select(kind => topics.Command(DeviceCommand.NameOf(kind)))];
        ShowControls();

        // What an earlier run published must not stay where pictures are forbidden now.
        if (!device.CurrentValue.AllowImages)
            states.Clear(topics.Snapshot);
        _controls.Changed += ControlChanged;
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Filters { get; }

    /// <inheritdoc/>
    public void Connected() { }

    /// <inheritdoc/>
    public void Received(ReceivedMessage message)
    {
        if (
            !message.Topic.StartsWith(_topics.Commands, StringComparison.Ordinal)
            || !DeviceCommand.TryFind(message.Topic[_topics.Commands.Length..], out CommandKind kind)
        )
            return;
        string name = DeviceCommand.NameOf(kind);
        if (message.IsRetained)
        {
            // An empty one is how a retained command is cleared.
            if (message.Payload.IsEmpty)
                return;
            _metrics().Command(name, "refused");
            Complain(message.Topic, () => LogRetained(message.Topic));
            return;
        }

        if (DeviceCommand.Read(kind, message.Payload.Span, out DeviceCommand command) is { } problem)
        {
            _metrics().Command(name, "refused");
            string shown =
                message.Payload.Length <= DeviceCommand.MaxBytes
                    ? $"'{SettingRules.Printable(Encoding.UTF8.GetString(message.Payload.Span))}' was sent, and "
                    : "";
            Complain(message.Topic, () => LogIgnored(message.Topic, shown + problem));
            Answer(kind);
            return;
        }

        bool replaced;
        lock (_lock)
        {
            replaced = _waiting[(int)kind] is not null;
            _waiting[(int)kind] = command;
        }

        if (replaced)
            _metrics().Command(name, "replaced");
        _signal.Writer.TryWrite(true);
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _controls.Changed -= ControlChanged;
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        long lastPicture = 0;
        while (await _signal.Reader.WaitToReadAsync(stoppingToken).ConfigureAwait(false))
        {
            _signal.Reader.TryRead(out _);
            foreach (CommandKind kind in Enum.GetValues<CommandKind>())
            {
                bool early = kind == CommandKind.Snapshot && lastPicture != 0 && _time.GetElapsedTime(lastPicture) < SnapshotPace;
                if (early)
                {
                    // Looked at again after the pause below.
                    if (IsWaiting(kind))
                        _signal.Writer.TryWrite(true);
                    continue;
                }

                if (Take(kind) is not { } command)
                    continue;
                if (kind == CommandKind.Snapshot)
                    lastPicture = _time.GetTimestamp();
                await CarryOutAsync(command, stoppingToken).ConfigureAwait(false);
            }

            await Task.Delay(ControlPace, _time, stoppingToken).ConfigureAwait(false);
        }
    }

    private bool IsWaiting(CommandKind kind)
    {
        lock (_lock)
            return _waiting[(int)kind] is not null;
    }

    private DeviceCommand? Take(CommandKind kind)
    {
        lock (_lock)
        {
            DeviceCommand? command = _waiting[(int)kind];
            _waiting[(int)kind] = null;
            return command;
        }
    }

    private async Task CarryOutAsync(DeviceCommand command, CancellationToken stopping)
    {
        string name = DeviceCommand.NameOf(command.Kind);
        try
        {
            switch (command.Kind)
            {
                case CommandKind.Detection:
                    _controls.SetDetection(command.On, Origin);
                    break;
                case CommandKind.Threshold:
                    _controls.SetEnterThreshold(command.Threshold, Origin);
                    break;
                case CommandKind.Snapshot:
                    await PublishPictureAsync(stopping).ConfigureAwait(false);
                    break;
                case CommandKind.Restart:
                    _controls.RequestRestart(Origin);
                    break;
            }

            _metrics().Command(name, "done");
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            throw;
        }
#pragma warning disable CA1031 // A command of another client must not end the service.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            _metrics().Command(name, "refused");
            LogFailed(name, exception);
        }

        Answer(command.Kind);
    }

    private async Task PublishPictureAsync(CancellationToken stopping)
    {
        byte[]? picture = await _controls.SnapshotAsync(_options.SnapshotWidth, stopping).ConfigureAwait(false);
        if (picture is not null)
        {
            _states.Set(_topics.Snapshot, picture);
            return;
        }

        LogNoPicture(
            !_device.CurrentValue.AllowImages ? "Device:AllowImages is false"
            : _controls.Pause is { } pause ? pause.TrimEnd('.')
            : "no frame came in time"
        );
    }

    private void ControlChanged(ControlChange change)
    {
        ShowControls();

        // A picture from before must not outlast the wish for privacy.
        if (_controls.InputPrivacy)
            _states.Clear(_topics.Snapshot);
    }

    private void ShowControls()
    {
        _states.Set(_topics.Detection, OnOff(_controls.DetectionEnabled));
        _states.Set(_topics.Privacy, OnOff(_controls.InputPrivacy));
        float threshold = _controls.EnterThreshold ?? (float)_presence.CurrentValue.EnterThreshold;
        _states.Set(_topics.Threshold, Encoding.ASCII.GetBytes(threshold.ToString("0.###", CultureInfo.InvariantCulture)));
    }

    /// <summary>Says how things are, also when nothing has changed: whoever asked may show what it asked for.</summary>
    private void Answer(CommandKind kind)
    {
        if (kind == CommandKind.Detection)
            _states.Repeat(_topics.Detection);
        else if (kind == CommandKind.Threshold)
            _states.Repeat(_topics.Threshold);
    }

    private void Complain(string topic, Action log)
    {
        if (_loggedAt != 0 && _time.GetElapsedTime(_loggedAt) < LogInterval)
        {
            _unlogged++;
            return;
        }

        if (_unlogged > 0)
            LogMoreIgnored(_unlogged, topic);
        (_loggedAt, _unlogged) = (_time.GetTimestamp(), 0);
        log();
    }

    private static byte[] OnOff(bool on) => on ? "ON"u8.ToArray() : "OFF"u8.ToArray();
}
