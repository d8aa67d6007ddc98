using System.Threading.Channels;
using RNNPool.Edge.Core;
using RNNPool.Edge.Vision.Presence;

namespace RNNPool.Edge.Events;

/// <summary>
/// The bounded queue and the loop of one sink. When the queue is full, the oldest event is dropped, counted and logged.
/// </summary>
internal sealed partial class SinkQueue
{
    private static readonly TimeSpan ReportInterval = TimeSpan.FromSeconds(10);

    private readonly IEventSink _sink;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger _logger;
    private readonly Channel<PresenceEvent> _channel;
    private long _delivered;
    private long _failed;
    private long _dropped;
    private long _droppedReported;
    private long _lastReport;
    private long _busySince;
    private volatile bool _open;

    public SinkQueue(IEventSink sink, int capacity, TimeProvider timeProvider, ILogger logger)
    {
        _sink = sink;
        _timeProvider = timeProvider;
        _logger = logger;
        _channel = Channel.CreateBounded<PresenceEvent>(
            new BoundedChannelOptions(capacity) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true },
            _ => Interlocked.Increment(ref _dropped)
        );
    }

    public string Name => _sink.Name;

    /// <summary>How long the sink has been busy with one event; zero while it is not.</summary>
    public TimeSpan BusyTime =>
        Interlocked.Read(ref _busySince) is var since and not 0 ? _timeProvider.GetElapsedTime(since) : TimeSpan.Zero;

    public SinkStatus Status =>
        new(
            _sink.Name,
            _open,
            _channel.Reader.Count,
            Interlocked.Read(ref _delivered),
            Interlocked.Read(ref _failed),
            Interlocked.Read(ref _dropped)
        );

    /// <summary>Queues an event. Never waits and never throws.</summary>
    public void Post(PresenceEvent presenceEvent)
    {
        _channel.Writer.TryWrite(presenceEvent);
        ReportDrops(final: false);
    }

    /// <summary>Accepts no more events; <see cref="RunAsync"/> returns once the queue is empty.</summary>
    public void Complete() => _channel.Writer.TryComplete();

    /// <summary>Opens the sink, unless it is open, and delivers until the queue is complete and empty, or the token is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (!_open)
                await OpenAsync(cancellationToken).ConfigureAwait(false);
            await foreach (PresenceEvent presenceEvent in _channel.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                await DeliverAsync(presenceEvent, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            int left = _channel.Reader.Count;
            if (left > 0)
                LogAbandoned(_logger, _sink.Name, left);
        }

        ReportDrops(final: true);
    }

    /// <summary>Closes the sink; a failure is logged.</summary>
    public async Task CloseAsync(CancellationToken cancellationToken)
    {
        _open = false;
        try
        {
            await _sink.CloseAsync(cancellationToken).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // No exception of a sink may keep the other sinks from closing.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LogCloseFailed(_logger, _sink.Name, exception.Message);
        }
    }

    private async Task OpenAsync(CancellationToken cancellationToken)
    {
        var backoff = new Backoff(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));
        while (true)
        {
            try
            {
                await _sink.OpenAsync(cancellationToken).ConfigureAwait(false);
                _open = true;
                return;
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                throw;
            }
#pragma warning disable CA1031 // As above: isolation is the purpose.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                TimeSpan delay = backoff.Next();
                LogOpenFailed(_logger, _sink.Name, exception.Message, delay.TotalSeconds);
                await Task.Delay(delay, _timeProvider, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task DeliverAsync(PresenceEvent presenceEvent, CancellationToken cancellationToken)
    {
        try
        {
            Interlocked.Exchange(ref _busySince, _timeProvider.GetTimestamp());
            await _sink.DeliverAsync(presenceEvent, cancellationToken).ConfigureAwait(false);
            Interlocked.Increment(ref _delivered);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            LogAbandoned(_logger, _sink.Name, 1 + _channel.Reader.Count);
            throw;
        }
#pragma warning disable CA1031 // As above: isolation is the purpose.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Interlocked.Increment(ref _failed);
            LogDeliveryFailed(_logger, _sink.Name, presenceEvent.Type, presenceEvent.Id, exception.Message);
        }
        finally
        {
            Interlocked.Exchange(ref _busySince, 0);
        }
    }

    private void ReportDrops(bool final)
    {
        long dropped = Interlocked.Read(ref _dropped);
        long fresh = dropped - Interlocked.Read(ref _droppedReported);
        if (fresh <= 0)
            return;
        long last = Interlocked.Read(ref _lastReport);
        if (!final && last != 0 && _timeProvider.GetElapsedTime(last) < ReportInterval)
            return;
        Interlocked.Exchange(ref _lastReport, _timeProvider.GetTimestamp());
        Interlocked.Exchange(ref _droppedReported, dropped);
        LogDropped(_logger, _sink.Name, fresh, dropped);
    }
}

/// <summary>The state of one sink.</summary>
/// <param name="Name">Name of the sink.</param>
/// <param name="Open">Whether it has been opened.</param>
/// <param name="Queued">Events in the queue.</param>
/// <param name="Delivered">Events delivered since the start.</param>
/// <param name="Failed">Events that the sink failed to deliver.</param>
/// <param name="Dropped">Events dropped because the queue was full.</param>
public sealed record SinkStatus(string Name, bool Open, int Queued, long Delivered, long Failed, long Dropped);
