using Microsoft.Extensions.Logging;
using RNNPool.Edge.Link.Framing;
using RNNPool.Edge.Link.Messages;
using RNNPool.Edge.Link.Sessions;

namespace RNNPool.Edge.Link.Coprocessor;

/// <summary>Uploads models. One upload at a time; it continues where the device stands, after any number of lost connections.</summary>
internal sealed partial class ModelUploader(
    ConnectionSlot connections,
    DeviceRequests requests,
    CoprocessorClientOptions options,
    TimeProvider time,
    ILogger logger
) : IDisposable
{
    // Data are sent in multiples of the coarsest programming granularity that a device may have.
    private const int GrainBytes = 32;
    private const int HashAttempts = 3;

    private readonly ILogger _logger = logger;
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly AsyncSignal _changed = new();
    private readonly Lock _lock = new();
    private UploadStateMessage _state;
    private byte _tag;
    private bool _isAnswered;

    public async Task<SlotInfo> UploadAsync(
        ReadOnlyMemory<byte> model,
        IProgress<UploadProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        if (model.IsEmpty)
            throw new ArgumentException("The model is empty.", nameof(model));
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var upload = new ModelUpload(model, progress);
            while (true)
            {
                try
                {
                    return await UploadOnceAsync(upload, cancellationToken).ConfigureAwait(false);
                }
                catch (Exception e) when (e is LinkException or TimeoutException)
                {
                    if (!upload.CountFailure(options.UploadAttempts))
                        throw;
                    LogInterrupted(upload.Best, e.Message);
                }
                catch (CoprocessorException e) when (e.Status is DeviceStatus.HashMismatch)
                {
                    if (!upload.CountWrongHash(HashAttempts))
                        throw;
                    LogInterrupted(0, e.Message);
                }
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Processes an UPLOAD_STATE message; returns false if it is invalid.</summary>
    public bool TryAcceptState(byte tag, ReadOnlySpan<byte> payload)
    {
        if (!UploadStateMessage.TryRead(payload, out UploadStateMessage state))
            return false;
        lock (_lock)
        {
            if (tag != _tag)
                return true; // of an earlier attempt
            (_state, _isAnswered) = (state, true);
        }

        _changed.Set();
        return true;
    }

    /// <summary>Wakes the upload so that it notices the end of its session.</summary>
    public void Wake() => _changed.Set();

    public void Dispose() => _turn.Dispose();

    private async Task<SlotInfo> UploadOnceAsync(ModelUpload upload, CancellationToken cancellationToken)
    {
        Connection connection = await connections.WaitAsync(cancellationToken).ConfigureAwait(false);
        LinkSession session = connection.Session;
        CoprocessorInfo info = await requests.RefreshAsync(connection, cancellationToken).ConfigureAwait(false);
        byte slot = SlotChoice.Choose(info, upload);
        await TransferAsync(session, slot, upload, cancellationToken).ConfigureAwait(false);
        byte[] command = new byte[SlotCommandMessage.Size];
        SlotCommandMessage.Write(command, slot, upload.Sha256);
        await requests.CommandAsync(session, MessageType.UploadVerify, command, cancellationToken).ConfigureAwait(false);
        await requests.CommandAsync(session, MessageType.Activate, command, cancellationToken).ConfigureAwait(false);
        info = await requests.RefreshAsync(connection, cancellationToken).ConfigureAwait(false);
        return info.ActiveModel is SlotInfo active && active.Sha256 == upload.Sha256Text
            ? active
            : throw new CoprocessorException(DeviceStatus.WrongModel, "The coprocessor stored the model but did not activate it.");
    }

    // The device decides where the transfer continues. After an error or a pause its state is requested again.
    private async Task TransferAsync(LinkSession session, byte slot, ModelUpload upload, CancellationToken cancellationToken)
    {
        byte[] message = new byte[LinkProtocol.HostPayload];
        UploadStateMessage state = await BeginAsync(session, slot, upload, cancellationToken).ConfigureAwait(false);
        LogStarted(upload.Sha256Text, upload.Model.Length, slot, state.Offset);
        uint next = state.Offset;
        uint total = (uint)upload.Model.Length;
        while (state.Offset < total)
        {
            if (next < total)
            {
                next += await SendDataAsync(session, slot, upload, next, message, cancellationToken).ConfigureAwait(false);
            }
            else if (!await WaitForChangeAsync(session, cancellationToken).ConfigureAwait(false))
            {
                if (!upload.CountFailure(options.UploadAttempts))
                    throw new TimeoutException($"The coprocessor stored nothing for {options.RequestTimeout.TotalSeconds:0.#} s.");
                state = await BeginAsync(session, slot, upload, cancellationToken).ConfigureAwait(false);
                next = state.Offset;
            }

            UploadStateMessage latest;
            lock (_lock)
                latest = _state;
            if (latest.Status != DeviceStatus.Ok || latest.Offset < state.Offset)
            {
                if (!upload.CountFailure(options.UploadAttempts))
                    throw Refused(latest.Status);
                latest = await BeginAsync(session, slot, upload, cancellationToken).ConfigureAwait(false);
                next = latest.Offset;
            }

            if (latest.Offset > state.Offset)
                upload.Report(latest.Offset, slot);
            state = latest;
        }
    }

    private async Task<UploadStateMessage> BeginAsync(
        LinkSession session,
        byte slot,
        ModelUpload upload,
        CancellationToken cancellationToken
    )
    {
        byte[] payload = new byte[UploadBeginMessage.Size];
        UploadBeginMessage.Write(payload, slot, (uint)upload.Model.Length, upload.Sha256);
        byte tag;
        lock (_lock)
        {
            tag = _tag = (byte)(_tag == byte.MaxValue ? 1 : _tag + 1);
            _isAnswered = false;
        }

        await session.SendAsync(MessageType.UploadBegin, tag, payload, cancellationToken).ConfigureAwait(false);
        while (true)
        {
            if (TryReadAnswer(slot, upload, out UploadStateMessage state))
                return state;
            if (!await WaitForChangeAsync(session, cancellationToken).ConfigureAwait(false))
                throw new TimeoutException(
                    $"The coprocessor did not answer UPLOAD_BEGIN within {options.RequestTimeout.TotalSeconds:0.#} s."
                );
        }
    }

    private bool TryReadAnswer(byte slot, ModelUpload upload, out UploadStateMessage state)
    {
        lock (_lock)
        {
            state = _state;
            if (!_isAnswered)
                return false;
        }

        if (state.Status != DeviceStatus.Ok)
            throw Refused(state.Status);
        if (state.Slot != slot || state.Upload != upload.Id || state.Total != upload.Model.Length)
            throw requests.Invalid("state of the upload");
        return true;
    }

    private async Task<uint> SendDataAsync(
        LinkSession session,
        byte slot,
        ModelUpload upload,
        uint offset,
        byte[] message,
        CancellationToken cancellationToken
    )
    {
        int room = (Math.Min(session.PayloadLimit, message.Length) - UploadDataMessage.Size) / GrainBytes * GrainBytes;
        int count = Math.Min(room, upload.Model.Length - (int)offset);
        byte tag;
        lock (_lock)
            tag = _tag;
        UploadDataMessage.Write(message, slot, upload.Id, offset);
        upload.Model.Span.Slice((int)offset, count).CopyTo(message.AsSpan(UploadDataMessage.Size));
        await session
            .SendAsync(MessageType.UploadData, tag, message.AsMemory(0, UploadDataMessage.Size + count), cancellationToken)
            .ConfigureAwait(false);
        return (uint)count;
    }

    // Returns false when nothing has changed within the request timeout.
    private async Task<bool> WaitForChangeAsync(LinkSession session, CancellationToken cancellationToken)
    {
        using CancellationTokenRegistration registration = cancellationToken.UnsafeRegister(
            static state => ((AsyncSignal)state!).Set(),
            _changed
        );
        bool late = false;
        await using ITimer timer = time.CreateTimer(
            _ =>
            {
                Volatile.Write(ref late, true);
                _changed.Set();
            },
            null,
            options.RequestTimeout,
            Timeout.InfiniteTimeSpan
        );
        await _changed.WaitAsync().ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        if (session.Completion.IsCompleted)
        {
            LinkException reason = await session.Completion.ConfigureAwait(false);
            throw new LinkException(reason.Failure, reason.Message);
        }

        return !Volatile.Read(ref late);
    }

    private static CoprocessorException Refused(DeviceStatus status) =>
        new(status, $"The coprocessor refused the upload: {StatusText.Describe(status)}.");
}
