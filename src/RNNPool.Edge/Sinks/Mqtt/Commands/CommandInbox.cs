using System.Text;
using System.Threading.Channels;

namespace RNNPool.Edge.Sinks.Mqtt.Commands;

/// <summary>
/// Receives commands of other clients. Only the newest of each kind waits, and invalid ones are logged at most once a second, so that a
/// flood costs little and its last command still counts. Thread-safe.
/// </summary>
internal sealed partial class CommandInbox : IMqttListener
{
    private static readonly TimeSpan LogInterval = TimeSpan.FromSeconds(1);

    private readonly MqttTopics _topics;
    private readonly ControlTopics _controls;
    private readonly MqttMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger<CommandInbox> _logger;
    private readonly Lock _lock = new();
    private readonly DeviceCommand?[] _waiting = new DeviceCommand?[Enum.GetValues<CommandKind>().Length];
    private readonly Channel<bool> _signal = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite }
    );
    private long _loggedAt;
    private long _unlogged;

    /// <param name="topics">The topics.</param>
    /// <param name="controls">Answers invalid commands.</param>
    /// <param name="metrics">Counts commands.</param>
    /// <param name="time">Clock of the log's rate limit.</param>
    /// <param name="logger">For invalid commands.</param>
    public CommandInbox(MqttTopics topics, ControlTopics controls, MqttMetrics metrics, TimeProvider time, ILogger<CommandInbox> logger)
    {
        _topics = topics;
        _controls = controls;
        _metrics = metrics;
        _time = time;
        _logger = logger;
        Filters = [.. Enum.GetValues<CommandKind>().Select(kind => topics.Command(DeviceCommand.NameOf(kind)))];
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Filters { get; }

    /// <inheritdoc/>
    public void Received(ReceivedMessage message)
    {
        if (!message.Topic.StartsWith(_topics.Commands, StringComparison.Ordinal))
            return;
        if (!DeviceCommand.TryFind(message.Topic[_topics.Commands.Length..], out CommandKind kind))
            return;
        if (message.IsRetained)
        {
            // An empty retained message is how a client deletes a retained command.
            if (message.Payload.IsEmpty)
                return;
            Count(kind, "refused");
            LogLimited(message.Topic, () => LogRetained(message.Topic));
            return;
        }

        if (DeviceCommand.Read(kind, message.Payload.Span, out DeviceCommand command) is { } problem)
        {
            Count(kind, "refused");
            string shown =
                message.Payload.Length <= DeviceCommand.MaxBytes
                    ? $"its payload is '{SettingRules.Printable(Encoding.UTF8.GetString(message.Payload.Span))}'; "
                    : "";
            LogLimited(message.Topic, () => LogIgnored(message.Topic, shown + problem));
            _controls.Republish(kind);
            return;
        }

        bool replaced;
        lock (_lock)
        {
            replaced = _waiting[(int)kind] is not null;
            _waiting[(int)kind] = command;
        }

        if (replaced)
            Count(kind, "replaced");
        Signal();
    }

    /// <summary>Waits for a command.</summary>
    public async Task WaitAsync(CancellationToken cancellationToken)
    {
        await _signal.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false);
        _signal.Reader.TryRead(out _);
    }

    /// <summary>Lets <see cref="WaitAsync"/> return once.</summary>
    public void Signal() => _signal.Writer.TryWrite(true);

    /// <summary>Whether a command of a kind waits.</summary>
    public bool Contains(CommandKind kind)
    {
        lock (_lock)
            return _waiting[(int)kind] is not null;
    }

    /// <summary>Takes the waiting command of a kind.</summary>
    public bool TryTake(CommandKind kind, out DeviceCommand command)
    {
        lock (_lock)
        {
            DeviceCommand? waiting = _waiting[(int)kind];
            _waiting[(int)kind] = null;
            command = waiting ?? default;
            return waiting is not null;
        }
    }

    /// <summary>Counts a command.</summary>
    /// <param name="kind">Its kind.</param>
    /// <param name="result"><c>done</c>, <c>refused</c> or <c>replaced</c>.</param>
    public void Count(CommandKind kind, string result) => _metrics.CountCommand(DeviceCommand.NameOf(kind), result);

    private void LogLimited(string topic, Action log)
    {
        if (_loggedAt != 0 && _time.GetElapsedTime(_loggedAt) < LogInterval)
        {
            _unlogged++;
            return;
        }

        if (_unlogged > 0)
            LogMoreIgnored(_unlogged, topic);
        _loggedAt = _time.GetTimestamp();
        _unlogged = 0;
        log();
    }
}
