using RNNPool.Edge.Link.Framing;
using RNNPool.Edge.Link.Messages;
using RNNPool.Edge.Link.Sessions;

namespace RNNPool.Edge.Link.Coprocessor;

/// <summary>Requests that the device answers with one message of the same tag. One request at a time.</summary>
internal sealed class DeviceRequests(CoprocessorClientOptions options, LinkCounters counters, TimeProvider time) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly Lock _lock = new();
    private TaskCompletionSource<Reply>? _waiting;
    private byte _tag;

    public async Task<DeviceStatistics> QueryStatisticsAsync(LinkSession session, CancellationToken cancellationToken)
    {
        Reply reply = await RequestAsync(session, MessageType.StatsQuery, default, MessageType.Stats, cancellationToken)
            .ConfigureAwait(false);
        return DeviceStatistics.TryRead(reply.Payload, out DeviceStatistics statistics) ? statistics : throw Invalid("counters");
    }

    /// <summary>Reads the device's model slots and updates the connection's description.</summary>
    public async Task<CoprocessorInfo> RefreshAsync(Connection connection, CancellationToken cancellationToken) =>
        connection.Info = await QueryInfoAsync(connection.Session, connection.Info.Hello, cancellationToken).ConfigureAwait(false);

    /// <summary>Reads the device's model slots.</summary>
    public async Task<CoprocessorInfo> QueryInfoAsync(LinkSession session, DeviceHello hello, CancellationToken cancellationToken)
    {
        var slots = new List<SlotInfo>();
        byte active = hello.ActiveSlot;
        for (byte slot = 0; slot < hello.SlotCount; slot++)
            slots.Add(await QuerySlotAsync(session, slot, cancellationToken).ConfigureAwait(false));
        if (slots.Find(info => info.State is SlotState.Active or SlotState.Trial) is SlotInfo used)
            active = used.Slot;
        else if (active < hello.SlotCount)
            active = SlotInfo.None;
        try
        {
            SlotInfo builtIn = await QuerySlotAsync(session, SlotInfo.BuiltIn, cancellationToken).ConfigureAwait(false);
            slots.Add(builtIn);
            if (builtIn.State == SlotState.Active)
                active = SlotInfo.BuiltIn;
        }
        catch (CoprocessorException e) when (e.Status == DeviceStatus.BadSlot)
        {
            // This firmware contains no model.
        }

        return new CoprocessorInfo(hello with { ActiveSlot = active }, slots);
    }

    /// <summary>Sends a command and waits for the status Ok.</summary>
    /// <exception cref="CoprocessorException">The device refused it.</exception>
    public Task CommandAsync(LinkSession session, MessageType type, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken) =>
        RequestAsync(session, type, payload, MessageType.Status, cancellationToken);

    /// <summary>Processes a message that is not an event; returns false if it is not a reply either.</summary>
    public bool TryAcceptReply(in FrameHeader header, ReadOnlySpan<byte> payload)
    {
        lock (_lock)
        {
            // Without a waiting request only the reply to one that timed out is valid.
            if (_waiting is null || header.Tag != _tag)
                return header.Type is MessageType.Status or MessageType.SlotInfo or MessageType.Stats;
            _waiting.TrySetResult(new Reply(header.Type, payload.ToArray()));
            return true;
        }
    }

    /// <summary>Fails the request that waits.</summary>
    public void Fail(LinkException reason)
    {
        TaskCompletionSource<Reply>? waiting;
        lock (_lock)
            waiting = _waiting;
        if (waiting is not null)
            Fail(waiting, reason);
    }

    /// <summary>Counts an invalid message and returns the exception for it.</summary>
    public CoprocessorException Invalid(string content)
    {
        counters.InvalidMessages++;
        return new CoprocessorException(DeviceStatus.BadValue, $"The coprocessor sent invalid {content}.");
    }

    public void Dispose() => _turn.Dispose();

    private async Task<SlotInfo> QuerySlotAsync(LinkSession session, byte slot, CancellationToken cancellationToken)
    {
        byte[] query = [slot, 0, 0, 0];
        Reply reply = await RequestAsync(session, MessageType.SlotQuery, query, MessageType.SlotInfo, cancellationToken)
            .ConfigureAwait(false);
        return SlotInfo.Read(reply.Payload) is SlotInfo info && info.Slot == slot ? info : throw Invalid("slot information");
    }

    private async Task<Reply> RequestAsync(
        LinkSession session,
        MessageType type,
        ReadOnlyMemory<byte> payload,
        MessageType expected,
        CancellationToken cancellationToken
    )
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            (TaskCompletionSource<Reply> waiting, byte tag) = Begin(session);
            Reply reply = await ExchangeAsync(session, type, tag, payload, waiting.Task, cancellationToken).ConfigureAwait(false);
            if (reply.Type == expected && expected != MessageType.Status)
                return reply;
            if (reply.Type != MessageType.Status || !StatusMessage.TryRead(reply.Payload, out StatusMessage status))
                throw Invalid($"reply to {type}");
            if (status.Status != DeviceStatus.Ok || expected != MessageType.Status)
                throw new CoprocessorException(status.Status, $"The coprocessor refused {type}: {StatusText.Describe(status.Status)}.");
            return reply;
        }
        finally
        {
            lock (_lock)
                _waiting = null;
            _turn.Release();
        }
    }

    // One deadline covers the wait for room in the window and the wait for the reply.
    private async Task<Reply> ExchangeAsync(
        LinkSession session,
        MessageType type,
        byte tag,
        ReadOnlyMemory<byte> payload,
        Task<Reply> reply,
        CancellationToken cancellationToken
    )
    {
        using var timeout = new CancellationTokenSource(options.RequestTimeout, time);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            await session.SendAsync(type, tag, payload, deadline.Token).ConfigureAwait(false);
            return await reply.WaitAsync(deadline.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"The coprocessor did not reply to {type} within {options.RequestTimeout.TotalSeconds:0.#} s.", e);
        }
    }

    private (TaskCompletionSource<Reply> Waiting, byte Tag) Begin(LinkSession session)
    {
        var waiting = new TaskCompletionSource<Reply>(TaskCreationOptions.RunContinuationsAsynchronously);
        byte tag;
        lock (_lock)
        {
            tag = _tag = (byte)(_tag == byte.MaxValue ? 1 : _tag + 1);
            _waiting = waiting;
        }

        _ = session.Completion.ContinueWith(
            closed => Fail(waiting, closed.Result),
            CancellationToken.None,
            TaskContinuationOptions.None,
            TaskScheduler.Default
        );
        return (waiting, tag);
    }

    private static void Fail(TaskCompletionSource<Reply> waiting, LinkException reason)
    {
        waiting.TrySetException(new LinkException(reason.Failure, reason.Message));
        _ = waiting.Task.Exception; // marks it as observed
    }

    private readonly record struct Reply(MessageType Type, byte[] Payload);
}
