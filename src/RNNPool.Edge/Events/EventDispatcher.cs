using Microsoft.Extensions.Options;
using RNNPool.Edge.Core;
using RNNPool.Edge.Vision.Presence;

namespace RNNPool.Edge.Events;

/// <summary>Passes the events of all cameras to the occupancy, the history and every sink, and runs the sinks. Thread-safe.</summary>
public sealed class EventDispatcher : IHostedService, IDisposable
{
    /// <summary>How long a stop waits for queued events to be delivered, and then for sinks to close.</summary>
    private static readonly TimeSpan DrainTime = TimeSpan.FromMilliseconds(700);

    private readonly Lock _order = new();
    private readonly OccupancyState _occupancy;
    private readonly EventHistory _history;
    private readonly LoopSupervisor _loops;
    private readonly TimeProvider _timeProvider;
    private readonly SinkQueue[] _queues;
    private readonly CancellationTokenSource _abandon = new();
    private Task _running = Task.CompletedTask;

    /// <summary>Creates a queue for every sink.</summary>
    public EventDispatcher(
        IEnumerable<IEventSink> sinks,
        OccupancyState occupancy,
        EventHistory history,
        IOptions<EventOptions> options,
        LoopSupervisor loops,
        TimeProvider timeProvider,
        ILogger<EventDispatcher> logger
    )
    {
        ArgumentNullException.ThrowIfNull(options);
        _occupancy = occupancy;
        _history = history;
        _loops = loops;
        _timeProvider = timeProvider;
        _queues = [.. sinks.Select(sink => new SinkQueue(sink, options.Value.QueueLength, timeProvider, logger))];
    }

    /// <summary>The state of the sinks.</summary>
    public IReadOnlyList<SinkStatus> Sinks => [.. _queues.Select(queue => queue.Status)];

    /// <summary>
    /// The first sink that has been busy with one event for longer than the limit, and for how long; null when there is none.
    /// </summary>
    internal (string Name, TimeSpan Busy)? FindStuckSink(TimeSpan limit)
    {
        foreach (SinkQueue queue in _queues)
        {
            if (queue.BusyTime is var busy && busy > limit)
                return (queue.Name, busy);
        }

        return null;
    }

    /// <summary>Accepts one event. Never waits for a sink.</summary>
    public void Dispatch(PresenceEvent presenceEvent)
    {
        // Cameras dispatch from threads of their own; every sink must receive the same order.
        lock (_order)
        {
            _occupancy.Apply(presenceEvent);
            _history.Add(presenceEvent);
            foreach (SinkQueue queue in _queues)
                queue.Post(presenceEvent);
        }
    }

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        _running = Task.WhenAll(_queues.Select(RunAsync));
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

    // On the pool: a sink may block before its first await.
    private Task RunAsync(SinkQueue queue) =>
        Task.Run(() => _loops.RunAsync($"{queue.Name} sink", queue.RunAsync, _abandon.Token), CancellationToken.None);
}
