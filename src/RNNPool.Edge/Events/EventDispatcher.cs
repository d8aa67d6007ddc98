using Microsoft.Extensions.Options;
using RNNPool.Edge.Vision.Presence;

namespace RNNPool.Edge.Events;

/// <summary>Hands every event to every sink, the history and the occupancy; runs the sinks.</summary>
public sealed class EventDispatcher : IHostedService, IDisposable
{
    /// <summary>How long a stop waits for queued events to leave, then for sinks to close.</summary>
    private static readonly TimeSpan DrainTime = TimeSpan.FromMilliseconds(700);

    private readonly OccupancyState _occupancy;
    private readonly EventHistory _history;
    private readonly TimeProvider _timeProvider;
    private readonly SinkQueue[] _queues;
    private readonly CancellationTokenSource _abandon = new();
    private Task _running = Task.CompletedTask;

    /// <summary>Makes a queue for every sink.</summary>
    public EventDispatcher(
        IEnumerable<IEventSink> sinks,
        OccupancyState occupancy,
        EventHistory history,
        IOptions<EventOptions> options,
        TimeProvider timeProvider,
        ILogger<EventDispatcher> logger
    )
    {
        ArgumentNullException.ThrowIfNull(options);
        (_occupancy, _history, _timeProvider) = (occupancy, history, timeProvider);
        _queues = [.. sinks.Select(sink => new SinkQueue(sink, options.Value.QueueLength, timeProvider, logger))];
    }

    /// <summary>How the sinks are doing.</summary>
    public IReadOnlyList<SinkStatus> Sinks => [.. _queues.Select(queue => queue.Status)];

    /// <summary>The first sink that has been busy with one event for longer than this, and for how long; null when there is none.</summary>
    internal (string Name, TimeSpan Busy)? Wedged(TimeSpan longest)
    {
        foreach (SinkQueue queue in _queues)
        {
            if (queue.BusyTime is var busy && busy > longest)
                return (queue.Name, busy);
        }

        return null;
    }

    /// <summary>Takes in one event. Never waits and never throws, whatever the sinks do.</summary>
    public void Dispatch(PresenceEvent presenceEvent)
    {
        DeviceEvent deviceEvent = _occupancy.Apply(EventMessage.From(presenceEvent));
        _history.Add(deviceEvent.Message);
        foreach (SinkQueue queue in _queues)
            queue.Post(deviceEvent);
    }

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        _running = Task.WhenAll(_queues.Select(queue => Task.Run(() => queue.RunAsync(_abandon.Token), CancellationToken.None)));
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        foreach (SinkQueue queue in _queues)
            queue.Complete();
        try
        {
            await _running.WaitAsync(DrainTime, _timeProvider, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is TimeoutException or OperationCanceledException)
        {
            await _abandon.CancelAsync().ConfigureAwait(false);
        }

        using var closing = new CancellationTokenSource(DrainTime, _timeProvider);
        await Task.WhenAll(_queues.Select(queue => queue.CloseAsync(closing.Token)))
            .WaitAsync(DrainTime * 1.2, _timeProvider, CancellationToken.None)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <inheritdoc/>
    public void Dispose() => _abandon.Dispose();
}
