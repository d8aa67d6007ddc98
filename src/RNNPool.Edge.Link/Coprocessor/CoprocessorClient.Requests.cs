using RNNPool.Edge.Link.Framing;
using RNNPool.Edge.Link.Messages;
using RNNPool.Edge.Link.Sessions;

namespace RNNPool.Edge.Link.Coprocessor;

public sealed partial class CoprocessorClient
{
    private readonly SemaphoreSlim _requests = new(1, 1);
    private TaskCompletionSource<Reply>? _reply;
    private byte _tag;

    /// <summary>Asks the device for its counters.</summary>
    /// <exception cref="LinkException">The device is not connected, or was lost.</exception>
    public async Task<DeviceStatistics> QueryStatisticsAsync(CancellationToken cancellationToken)
    {
        Reply reply = await RequestAsync(ConnectedNow().Session, MessageType.StatsQuery, default, MessageType.Stats, cancellationToken)
            .ConfigureAwait(false);
        return DeviceStatistics.TryRead(reply.Payload, out DeviceStatistics statistics) ? statistics : throw Invalid("counters");
    }

    /// <summary>Asks the device for its model slots again; <see cref="Info"/> is brought up to date.</summary>
    /// <exception cref="LinkException">The device is not connected, or was lost.</exception>
    public async Task<CoprocessorInfo> RefreshAsync(CancellationToken cancellationToken)
    {
        Connection connection = ConnectedNow();
        return connection.Info = await QueryInfoAsync(connection.Session, connection.Info.Hello, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Restarts the device; the session ends and a new one begins.</summary>
    /// <exception cref="CoprocessorException">The device cannot be told to restart.</exception>
    public async Task RebootAsync(CancellationToken cancellationToken)
    {
        Connection connection = ConnectedNow();
        if (!connection.Info.Hello.Capabilities.HasFlag(DeviceCapabilities.Reboot))
            throw new CoprocessorException(DeviceStatus.UnknownType, $"The board {connection.Info.Hello.Board} cannot be told to restart.");
        await connection.Session.SendAsync(MessageType.Reboot, 0, default, cancellationToken).ConfigureAwait(false);
    }

    private async Task<CoprocessorInfo> QueryInfoAsync(LinkSession session, DeviceHello hello, CancellationToken cancellationToken)
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
            // no model is linked into this firmware
        }

        return new CoprocessorInfo(hello with { ActiveSlot = active }, slots);
    }

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
        await _requests.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var waiting = new TaskCompletionSource<Reply>(TaskCreationOptions.RunContinuationsAsynchronously);
            byte tag = NextTag();
            lock (_lock)
                (_reply, _replyTag) = (waiting, tag);
            _ = session.Completion.ContinueWith(
                closed => Fail(waiting, closed.Result),
                CancellationToken.None,
                TaskContinuationOptions.None,
                TaskScheduler.Default
            );
            await session.SendAsync(type, tag, payload, cancellationToken).ConfigureAwait(false);
            Reply reply = await waiting.Task.WaitAsync(_options.RequestTimeout, _time, cancellationToken).ConfigureAwait(false);
            if (reply.Type == expected && expected != MessageType.Status)
                return reply;
            if (reply.Type != MessageType.Status || !StatusMessage.TryRead(reply.Payload, out StatusMessage status))
                throw Invalid($"reply to {type}");
            if (status.Status != DeviceStatus.Ok || expected != MessageType.Status)
                throw new CoprocessorException(status.Status, $"The coprocessor refused {type}: {StatusText.Of(status.Status)}.");
            return reply;
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"The coprocessor did not reply to {type} within {_options.RequestTimeout.TotalSeconds:0.#} s.", e);
        }
        finally
        {
            lock (_lock)
                _reply = null;
            _requests.Release();
        }
    }

    private byte _replyTag;

    private byte NextTag() => _tag = (byte)(_tag == byte.MaxValue ? 1 : _tag + 1);

    private bool TakeReply(in FrameHeader header, ReadOnlySpan<byte> payload)
    {
        lock (_lock)
        {
            if (_reply is null || header.Tag != _replyTag)
                return header.Type is MessageType.Status or MessageType.SlotInfo or MessageType.Stats;
            _reply.TrySetResult(new Reply(header.Type, payload.ToArray()));
            return true;
        }
    }

    private void FailReply(LinkException reason)
    {
        TaskCompletionSource<Reply>? waiting;
        lock (_lock)
            waiting = _reply;
        if (waiting is not null)
            Fail(waiting, reason);
    }

    private static void Fail(TaskCompletionSource<Reply> waiting, LinkException reason)
    {
        waiting.TrySetException(new LinkException(reason.Failure, reason.Message));
        _ = waiting.Task.Exception;
    }

    private CoprocessorException Invalid(string what)
    {
        Counters.InvalidMessages++;
        return new CoprocessorException(DeviceStatus.BadValue, $"The coprocessor sent impossible {what}.");
    }

    private readonly record struct Reply(MessageType Type, byte[] Payload);
}
