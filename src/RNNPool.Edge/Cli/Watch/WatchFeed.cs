using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Threading.Channels;
using RNNPool.Edge.Diagnostics;
using RNNPool.Edge.Vision.Presence;

namespace RNNPool.Edge.Cli.Watch;

/// <summary>An update from a device.</summary>
internal abstract record WatchUpdate
{
    /// <summary>The state.</summary>
    public sealed record StateChanged(WatchState State, string Json) : WatchUpdate;

    /// <summary>The figures.</summary>
    public sealed record Figures(Sample Sample) : WatchUpdate;

    /// <summary>An event.</summary>
    public sealed record EventReceived(PresenceEvent Event, string Json) : WatchUpdate;

    /// <summary>The connection is lost; the next attempt follows after <paramref name="Wait"/>.</summary>
    public sealed record Lost(string Reason, TimeSpan Wait) : WatchUpdate;

    /// <summary>The connection is restored.</summary>
    public sealed record Reconnected : WatchUpdate;
}

/// <summary>
/// Subscribes to the event stream of a device, and reconnects with growing delays after a loss. It then fetches the missed events, up to
/// 1000, which is the length of the device's history.
/// </summary>
internal sealed class WatchFeed(DeviceClient client, TimeProvider time)
{
    /// <summary>The device sends its state at least every 5 s; after this long without a message the connection counts as lost.</summary>
    public static readonly TimeSpan Silence = TimeSpan.FromSeconds(15);

    /// <summary>First and longest delay before a reconnection.</summary>
    public static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(0.5),
        LongestWait = TimeSpan.FromSeconds(10);

    private const int MostEvents = 1000,
        Remembered = 2 * MostEvents;

    private readonly Queue<(string Id, PresenceKey Key)> _order = new();
    private readonly HashSet<(string Id, PresenceKey Key)> _known = [];
    private DateTime? _newest;

    /// <summary>Runs until it is cancelled.</summary>
    /// <param name="past">How many past events are written first, 0 to 1000.</param>
    /// <param name="updates">Receives the updates.</param>
    /// <param name="cancellationToken">Ends the subscription.</param>
    /// <exception cref="DeviceException">The first connection failed, or the device refuses permanently.</exception>
    public async Task RunAsync(int past, ChannelWriter<WatchUpdate> updates, CancellationToken cancellationToken)
    {
        TimeSpan wait = FirstWait;
        for (bool before = false; ; )
        {
            DeviceException lost;
            try
            {
                if (!before)
                    await WritePastEventsAsync(past, updates, cancellationToken).ConfigureAwait(false);
                EventStreamReader stream = await client.ListenAsync(cancellationToken).ConfigureAwait(false);
                await using (stream.ConfigureAwait(false))
                {
                    // The events since the newest known one. The stream may deliver some of them too.
                    await WriteEventsAsync(
                            await client.EventsAsync(MostEvents, _newest, cancellationToken).ConfigureAwait(false),
                            updates,
                            cancellationToken
                        )
                        .ConfigureAwait(false);
                    if (before)
                        await updates.WriteAsync(new WatchUpdate.Reconnected(), cancellationToken).ConfigureAwait(false);
                    (before, wait) = (true, FirstWait);
                    lost = await FollowAsync(stream, updates, cancellationToken).ConfigureAwait(false);
                }
            }
            catch (DeviceException exception) when (before && !exception.Permanent)
            {
                lost = exception;
            }

            await updates.WriteAsync(new WatchUpdate.Lost(lost.Message, wait), cancellationToken).ConfigureAwait(false);
            await Task.Delay(wait, time, cancellationToken).ConfigureAwait(false);
            wait = wait * 2 < LongestWait ? wait * 2 : LongestWait;
        }
    }

    /// <returns>Why the connection was lost.</returns>
    private async Task<DeviceException> FollowAsync(
        EventStreamReader stream,
        ChannelWriter<WatchUpdate> updates,
        CancellationToken cancellationToken
    )
    {
        using var silence = new CancellationTokenSource(Silence, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, silence.Token);
        try
        {
            while (await stream.NextAsync(either.Token).ConfigureAwait(false) is { } message)
            {
                silence.CancelAfter(Silence);
                if (Read(message.Name, message.Data) is { } read)
                    await updates.WriteAsync(read, cancellationToken).ConfigureAwait(false);
            }

            return new DeviceException($"The device at {client.Address} has closed the connection.");
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            return new DeviceException(
                $"The device at {client.Address} has sent nothing for {Silence.TotalSeconds:0} s.",
                innerException: exception
            );
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException)
        {
            return new DeviceException(
                $"The connection to {client.Address} is lost: {exception.GetBaseException().Message.TrimEnd('.')}.",
                innerException: exception
            );
        }
    }

    /// <summary>Writes past events. Even with a limit of 0 it reads the newest one, because missed events are those after it.</summary>
    private async Task WritePastEventsAsync(int limit, ChannelWriter<WatchUpdate> updates, CancellationToken cancellationToken)
    {
        IReadOnlyList<string> events = await client.EventsAsync(Math.Max(1, limit), null, cancellationToken).ConfigureAwait(false);
        if (limit > 0)
            await WriteEventsAsync(events, updates, cancellationToken).ConfigureAwait(false);
        else if (events.Count > 0)
            _ = Event(events[^1]);
    }

    private async Task WriteEventsAsync(
        IReadOnlyList<string> events,
        ChannelWriter<WatchUpdate> updates,
        CancellationToken cancellationToken
    )
    {
        foreach (string json in events)
        {
            if (Event(json) is { } received)
                await updates.WriteAsync(received, cancellationToken).ConfigureAwait(false);
        }
    }

    private WatchUpdate? Read(string name, string json) =>
        name switch
        {
            "state" => new WatchUpdate.StateChanged(Parse(json, WatchJson.Default.WatchState), json),
            "sample" => new WatchUpdate.Figures(Parse(json, WatchJson.Default.Sample)),
            "event" => Event(json),
            _ => null,
        };

    /// <returns>Null for an event that was written before.</returns>
    private WatchUpdate.EventReceived? Event(string json)
    {
        PresenceEvent message = Parse(json, WatchJson.Default.PresenceEvent);
        (string, PresenceKey) key = (message.Id, new PresenceKey(message.Type, message.Time));
        if (!_known.Add(key))
            return null;
        _order.Enqueue(key);
        if (_order.Count > Remembered)
            _known.Remove(_order.Dequeue());
        if (_newest is null || message.Time > _newest)
            _newest = message.Time;
        return new WatchUpdate.EventReceived(message, json);
    }

    private T Parse<T>(string json, JsonTypeInfo<T> type)
    {
        try
        {
            return JsonSerializer.Deserialize(json, type) ?? throw client.NotADevice();
        }
        catch (JsonException exception)
        {
            throw client.NotADevice(exception);
        }
    }

    private readonly record struct PresenceKey(Vision.Presence.PresenceEventKind Kind, DateTime Time);
}
