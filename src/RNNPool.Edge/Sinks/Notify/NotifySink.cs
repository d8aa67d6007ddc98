using System.Text.Json;
using Microsoft.Extensions.Options;
using RNNPool.Edge.Core;
using RNNPool.Edge.Events;
using RNNPool.Edge.Pipeline.Control;
using RNNPool.Edge.Sinks.Outbox;
using RNNPool.Edge.Vision.Presence;

namespace RNNPool.Edge.Sinks.Notify;

/// <summary>Adds the notifications of events to the queues of all addresses, and runs the queues.</summary>
internal sealed class NotifySink : IEventSink, IHealthSource, IDisposable
{
    /// <summary>Failed attempts after which health is degraded; a single one may be chance.</summary>
    public const int FailuresOfDegradation = 2;

    private readonly CancellationTokenSource _stop = new();
    private readonly NotifyClient _client;
    private readonly NotifyFilter _filter;
    private readonly NotifyQueue[] _queues;
    private readonly LoopSupervisor _loops;
    private readonly QuietHours _quiet;
    private Task _running = Task.CompletedTask;

    /// <summary>Loads the notifications of an earlier run. Nothing is sent yet.</summary>
    public NotifySink(
        IOptions<NotifyOptions> options,
        StateFolder folder,
        NotifyComposer composer,
        QuietHours quiet,
        LoopSupervisor loops,
        ClockTrust clock,
        TimeProvider time,
        DeviceMetrics metrics,
        ILoggerFactory loggers
    )
    {
        NotifyOptions settings = options.Value;
        _loops = loops;
        _quiet = quiet;
        _client = new NotifyClient(settings.Timeout, time);
        _filter = new NotifyFilter(settings, time);
        _queues =
        [
            .. NotifyChannels
                .Create(settings, _client, time)
                .Select(channel =>
                {
                    var signal = new WorkSignal();
                    var place = new OutboxPlace($"notify-{channel.Name}.db", $"the {channel.Name}", $"{NotifyOptions.SectionName}:Outbox");
                    var outbox = new EventOutbox(settings.Outbox, place, folder, signal, time, clock, loggers.CreateLogger<EventOutbox>());
                    return new NotifyQueue(channel, outbox, signal, composer, time, loggers.CreateLogger<NotifyQueue>());
                }),
        ];
        NotifyMetrics.Register(metrics, this);
    }

    /// <inheritdoc cref="IEventSink.Name"/>
    public string Name => "notify";

    /// <summary>Always null: the device works without notifications.</summary>
    public string? Failure => null;

    /// <inheritdoc/>
    public string? Degradation
    {
        get
        {
            string[] failing =
            [
                .. Statuses
                    .Where(status => status.Failures >= FailuresOfDegradation)
                    .Select(status =>
                        $"The {status.Name} {status.Host} accepts no notification: {status.LastError}; {status.Waiting} wait."
                    ),
            ];
            return failing.Length == 0 ? null : string.Join(' ', failing);
        }
    }

    /// <summary>The state of all addresses.</summary>
    public IReadOnlyList<NotifyStatus> Statuses => [.. _queues.Select(queue => queue.Status)];

    /// <inheritdoc/>
    public ValueTask OpenAsync(CancellationToken cancellationToken)
    {
        _running = Task.WhenAll(
            _queues.Select(queue =>
                Task.Run(() => _loops.RunAsync($"{queue.Name} notifications", queue.RunAsync, _stop.Token), CancellationToken.None)
            )
        );
        return default;
    }

    /// <inheritdoc/>
    public ValueTask DeliverAsync(PresenceEvent presenceEvent, CancellationToken cancellationToken)
    {
        if (_quiet.PauseNotifications || !_filter.Admit(presenceEvent))
            return default;
        byte[] json = JsonSerializer.SerializeToUtf8Bytes(presenceEvent, EventJson.Default.PresenceEvent);
        foreach (NotifyQueue queue in _queues)
            queue.Append(json);
        return default;
    }

    /// <inheritdoc/>
    public async ValueTask CloseAsync(CancellationToken cancellationToken)
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _running.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (NotifyQueue queue in _queues)
            queue.Dispose();
    }

    public void Dispose()
    {
        foreach (NotifyQueue queue in _queues)
            queue.Dispose();
        _client.Dispose();
        _stop.Dispose();
    }
}
