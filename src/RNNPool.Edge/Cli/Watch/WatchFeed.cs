using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Threading.Channels;
using RNNPool.Edge.Diagnostics;
using RNNPool.Edge.Vision.Presence;

namespace RNNPool.Edge.Cli.Watch;

/// <summary>What comes of a device.</summary>
internal abstract record WatchNews
{
    /// <summary>The state, and as it came.</summary>
    public sealed record StateIs(WatchState State, string Json) : WatchNews;

    /// <summary>The figures.</summary>
    public sealed record Figures(Sample Sample) : WatchNews;

    /// <summary>An event, and as it came.</summary>
    public sealed record Happened(PresenceEvent Event, string Json) : WatchNews;

    /// <summary>The device is lost; it is tried again after a while.</summary>
    public sealed record Lost(string Reason, TimeSpan Wait) : WatchNews;

    /// <summary>The device is there again.</summary>
    public sealed record Back : WatchNews;
}

/// <summary>
/// Listens to a device, and again when it was lost, after growing delays; events that were missed meanwhile are fetched. The device's own
/// history bounds what can be fetched: 1000 events.
/// </summary>
internal sealed class WatchFeed(DeviceClient client, TimeProvider time)
{
    /// <summary>The device sends its state at least every 5 s; after this long without a message the connection counts as lost.</summary>
    public static readonly TimeSpan Silence = TimeSpan.FromSeconds(15);

    /// <summary>First and longest wait before another try.</summary>
    public static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(0.5),
        LongestWait = TimeSpan.FromSeconds(10);

    private const int MostEvents = 1000,
        Remembered = 2 * MostEvents;

    private readonly Queue<(string Id, PresenceKey Key)> _order = new();
    private readonly HashSet<(string Id, PresenceKey Key)> _known = [];
    private DateTime? _newest;

    /// <summary>Listens until it is cancelled.</summary>
    /// <param name="past">How many past events are written first, 0 to 1000.</param>
    /// <param name="news">Where what comes is written.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="DeviceException">The device cannot be reached at first, or refuses for good.</exception>
    public async Task RunAsync(int past, ChannelWriter<WatchNews> news, CancellationToken cancellationToken)
    {
        TimeSpan wait = FirstWait;
        for (bool before = false; ; )
        {
            DeviceException lost;
            try
            {
                if (!before)
                    await PastAsync(past, news, cancellationToken).ConfigureAwait(false);
                EventStreamReader stream = await client.ListenAsync(cancellationToken).ConfigureAwait(false);
                await using (stream.ConfigureAwait(false))
                {
                    // What happened since the newest event that is known; some of it may come over the stream too.
                    await TellAsync(
                            await client.EventsAsync(MostEvents, _newest, cancellationToken).ConfigureAwait(false),
                            news,
                            cancellationToken
                        )
                        .ConfigureAwait(false);
                    if (before)
                        await news.WriteAsync(new WatchNews.Back(), cancellationToken).ConfigureAwait(false);
                    (before, wait) = (true, FirstWait);
                    lost = await FollowAsync(stream, news, cancellationToken).ConfigureAwait(false);
                }
            }
            catch (DeviceException exception) when (before && !exception.Permanent)
            {
                lost = exception;
            }

            await news.WriteAsync(new WatchNews.Lost(lost.Message, wait), cancellationToken).ConfigureAwait(false);
            await Task.Delay(wait, time, cancellationToken).ConfigureAwait(false);
            wait = wait * 2 < LongestWait ? wait * 2 : LongestWait;
        }
    }

    /// <returns>Why the device is lost.</returns>
    private async Task<DeviceException> FollowAsync(
        EventStreamReader stream,
        ChannelWriter<WatchNews> news,
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
                    await news.WriteAsync(read, cancellationToken).ConfigureAwait(false);
            }

            return new DeviceException($"The device at {client.Address} has closed the connection.");
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            return new DeviceException(
                $"The device at {client.Address} has said nothing for {Silence.TotalSeconds:0} s.",
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

    /// <summary>Where the past ends must be known even if nothing of it is wanted.</summary>
    private async Task PastAsync(int limit, ChannelWriter<WatchNews> news, CancellationToken cancellationToken)
    {
        IReadOnlyList<string> events = await client.EventsAsync(Math.Max(1, limit), null, cancellationToken).ConfigureAwait(false);
        if (limit > 0)
            await TellAsync(events, news, cancellationToken).ConfigureAwait(false);
        else if (events.Count > 0)
            _ = Event(events[^1]);
    }

    private async Task TellAsync(IReadOnlyList<string> events, ChannelWriter<WatchNews> news, CancellationToken cancellationToken)
    {
        foreach (string json in events)
        {
            if (Event(json) is { } happened)
                await news.WriteAsync(happened, cancellationToken).ConfigureAwait(false);
        }
    }

    private WatchNews? Read(string name, string json) =>
        name switch
        {
            "state" => new WatchNews.StateIs(Parse(json, WatchJson.Default.WatchState), json),
            "sample" => new WatchNews.Figures(Parse(json, WatchJson.Default.Sample)),
            "event" => Event(json),
            _ => null,
        };

    /// <returns>Null for an event that was written before.</returns>
    private WatchNews.Happened? Event(string json)
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
        return new WatchNews.Happened(message, json);
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
