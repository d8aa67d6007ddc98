using System.Buffers.Binary;
using System.Security.Cryptography;
using RNNPool.Edge.Link.Framing;
using RNNPool.Edge.Link.Messages;
using RNNPool.Edge.Link.Sessions;

namespace RNNPool.Edge.Link.Coprocessor;

/// <summary>How far an upload is.</summary>
/// <param name="Stored">Bytes that the device has stored.</param>
/// <param name="Total">Bytes of the model.</param>
/// <param name="Slot">Slot that it goes to.</param>
public readonly record struct UploadProgress(uint Stored, uint Total, byte Slot);

public sealed partial class CoprocessorClient
{
    // Data come in multiples of the coarsest programming granularity that a device may have.
    private const int UploadGrain = 16;
    private const int HashAttempts = 3;

    private readonly SemaphoreSlim _uploads = new(1, 1);
    private readonly AsyncSignal _uploadChanged = new();
    private UploadStateMessage _uploadState;
    private byte _uploadTag;
    private bool _uploadAnswered;

    /// <summary>Brings a model to the device, has it verified, and makes it the one in use. Goes on after lost connections.</summary>
    /// <param name="model">The model file.</param>
    /// <param name="progress">Is told how much is stored; may be null.</param>
    /// <param name="cancellationToken">Stops; what is stored stays for a later attempt.</param>
    /// <exception cref="CoprocessorException">The board has no writable slots, or the device refused the model.</exception>
    /// <exception cref="LinkException">The connection was lost again and again without any progress.</exception>
    public async Task<SlotInfo> UploadAsync(
        ReadOnlyMemory<byte> model,
        IProgress<UploadProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        if (model.IsEmpty)
            throw new ArgumentException("The model is empty.", nameof(model));
        await _uploads.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var upload = new Upload(model, SHA256.HashData(model.Span), progress);
            while (true)
            {
                try
                {
                    return await UploadOnceAsync(upload, cancellationToken).ConfigureAwait(false);
                }
                catch (Exception e) when (e is LinkException or TimeoutException && upload.MayRetry(_options.UploadAttempts))
                {
                    LogUploadInterrupted(upload.Best, e.Message);
                }
                catch (CoprocessorException e) when (e.Status is DeviceStatus.HashMismatch && upload.MayRepeat(HashAttempts))
                {
                    LogUploadInterrupted(0, e.Message);
                }
            }
        }
        finally
        {
            _uploads.Release();
        }
    }

    private async Task<SlotInfo> UploadOnceAsync(Upload upload, CancellationToken cancellationToken)
    {
        Connection connection = await ConnectedAsync(cancellationToken).ConfigureAwait(false);
        LinkSession session = connection.Session;
        CoprocessorInfo info = await RefreshAsync(cancellationToken).ConfigureAwait(false);
        byte slot = ChooseSlot(info, upload);
        await TransferAsync(session, slot, upload, cancellationToken).ConfigureAwait(false);
        byte[] command = new byte[SlotCommandMessage.Size];
        SlotCommandMessage.Write(command, slot, upload.Sha256);
        await RequestAsync(session, MessageType.UploadVerify, command, MessageType.Status, cancellationToken).ConfigureAwait(false);
        await RequestAsync(session, MessageType.Activate, command, MessageType.Status, cancellationToken).ConfigureAwait(false);
        info = await RefreshAsync(cancellationToken).ConfigureAwait(false);
        return info.ActiveModel is SlotInfo active && active.Sha256 == upload.Sha256Text
            ? active
            : throw new CoprocessorException(DeviceStatus.WrongModel, "The coprocessor took the model but did not make it the one in use.");
    }

    private static byte ChooseSlot(CoprocessorInfo info, Upload upload)
    {
        string board = info.Hello.Board;
        if (!info.CanUpload)
            throw new CoprocessorException(
                DeviceStatus.BadSlot,
                $"The board {board} has no writable model slots; its model is part of the firmware."
            );
        if (upload.Model.Length > info.Hello.SlotBytes)
            throw new CoprocessorException(
                DeviceStatus.TooLarge,
                $"The model has {upload.Model.Length} bytes; a slot of the board {board} takes {info.Hello.SlotBytes}."
            );
        IEnumerable<SlotInfo> writable = info.Slots.Where(slot => slot.Slot < info.Hello.SlotCount).ToArray();
        SlotInfo? same = writable.FirstOrDefault(slot =>
            slot.Sha256 == upload.Sha256Text && slot.State is not (SlotState.Empty or SlotState.Failed)
        );
        if (same is not null)
            return same.Slot;
        SlotInfo? free = writable
            .Where(slot => slot.State is not (SlotState.Active or SlotState.Trial))
            .OrderBy(slot => slot.State == SlotState.Verified)
            .FirstOrDefault();
        return free?.Slot ?? throw new CoprocessorException(DeviceStatus.SlotInUse, $"All model slots of the board {board} are in use.");
    }

    // The device says where to go on, always: after an error or a pause it is asked again.
    private async Task TransferAsync(LinkSession session, byte slot, Upload upload, CancellationToken cancellationToken)
    {
        byte[] payload = new byte[LinkProtocol.HostPayload];
        UploadStateMessage state = await BeginUploadAsync(session, slot, upload, cancellationToken).ConfigureAwait(false);
        LogUpload(upload.Sha256Text, upload.Model.Length, slot, state.Offset);
        uint next = state.Offset;
        uint total = (uint)upload.Model.Length;
        while (state.Offset < total)
        {
            if (next < total)
            {
                next += await SendDataAsync(session, slot, upload, next, payload, cancellationToken).ConfigureAwait(false);
            }
            else if (!await UploadChangedAsync(session, cancellationToken).ConfigureAwait(false))
            {
                if (!upload.MayRetry(_options.UploadAttempts))
                    throw new TimeoutException($"The coprocessor stored nothing for {_options.RequestTimeout.TotalSeconds:0.#} s.");
                state = await BeginUploadAsync(session, slot, upload, cancellationToken).ConfigureAwait(false);
                next = state.Offset;
            }

            UploadStateMessage latest;
            lock (_lock)
                latest = _uploadState;
            if (latest.Status != DeviceStatus.Ok || latest.Offset < state.Offset)
            {
                if (!upload.MayRetry(_options.UploadAttempts))
                    throw Refused(latest.Status);
                latest = await BeginUploadAsync(session, slot, upload, cancellationToken).ConfigureAwait(false);
                next = latest.Offset;
            }

            if (latest.Offset > state.Offset)
                upload.Report(latest.Offset, slot);
            state = latest;
        }
    }

    private async Task<UploadStateMessage> BeginUploadAsync(
        LinkSession session,
        byte slot,
        Upload upload,
        CancellationToken cancellationToken
    )
    {
        byte[] payload = new byte[UploadBeginMessage.Size];
        UploadBeginMessage.Write(payload, slot, (uint)upload.Model.Length, upload.Sha256);
        byte tag;
        lock (_lock)
            (_uploadTag, _uploadAnswered) = (tag = (byte)(_uploadTag == byte.MaxValue ? 1 : _uploadTag + 1), false);
        await session.SendAsync(MessageType.UploadBegin, tag, payload, cancellationToken).ConfigureAwait(false);
        while (true)
        {
            lock (_lock)
            {
                if (_uploadAnswered)
                {
                    if (_uploadState.Status != DeviceStatus.Ok)
                        throw Refused(_uploadState.Status);
                    if (_uploadState.Slot != slot || _uploadState.Upload != upload.Id || _uploadState.Total != upload.Model.Length)
                        throw Invalid("state of the upload");
                    return _uploadState;
                }
            }

            if (!await UploadChangedAsync(session, cancellationToken).ConfigureAwait(false))
                throw new TimeoutException(
                    $"The coprocessor did not answer the beginning of an upload within {_options.RequestTimeout.TotalSeconds:0.#} s."
                );
        }
    }

    private async Task<uint> SendDataAsync(
        LinkSession session,
        byte slot,
        Upload upload,
        uint offset,
        byte[] payload,
        CancellationToken cancellationToken
    )
    {
        int room = (Math.Min(session.PayloadLimit, payload.Length) - UploadDataMessage.Size) / UploadGrain * UploadGrain;
        int count = Math.Min(room, upload.Model.Length - (int)offset);
        byte tag;
        lock (_lock)
            tag = _uploadTag;
        UploadDataMessage.Write(payload, slot, upload.Id, offset);
        upload.Model.Span.Slice((int)offset, count).CopyTo(payload.AsSpan(UploadDataMessage.Size));
        await session
            .SendAsync(MessageType.UploadData, tag, payload.AsMemory(0, UploadDataMessage.Size + count), cancellationToken)
            .ConfigureAwait(false);
        return (uint)count;
    }

    // False when nothing has changed for too long.
    private async Task<bool> UploadChangedAsync(LinkSession session, CancellationToken cancellationToken)
    {
        using CancellationTokenRegistration registration = cancellationToken.UnsafeRegister(
            static state => ((AsyncSignal)state!).Set(),
            _uploadChanged
        );
        bool late = false;
        await using ITimer timer = _time.CreateTimer(
            _ =>
            {
                Volatile.Write(ref late, true);
                _uploadChanged.Set();
            },
            null,
            _options.RequestTimeout,
            Timeout.InfiniteTimeSpan
        );
        await _uploadChanged.WaitAsync().ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        if (session.Completion.IsCompleted)
        {
            LinkException reason = await session.Completion.ConfigureAwait(false);
            throw new LinkException(reason.Failure, reason.Message);
        }

        return !Volatile.Read(ref late);
    }

    private bool TakeUploadState(byte tag, ReadOnlySpan<byte> payload)
    {
        if (!UploadStateMessage.TryRead(payload, out UploadStateMessage state))
            return false;
        lock (_lock)
        {
            if (tag != _uploadTag)
                return true; // of an earlier attempt
            (_uploadState, _uploadAnswered) = (state, true);
        }

        _uploadChanged.Set();
        return true;
    }

    private static CoprocessorException Refused(DeviceStatus status) =>
        new(status, $"The coprocessor refused the upload: {StatusText.Of(status)}.");

    private sealed class Upload(ReadOnlyMemory<byte> model, byte[] sha256, IProgress<UploadProgress>? progress)
    {
        private int _failures;
        private int _repetitions;

        public ReadOnlyMemory<byte> Model { get; } = model;

        public byte[] Sha256 { get; } = sha256;

        public string Sha256Text { get; } = Convert.ToHexStringLower(sha256);

        public uint Id { get; } = BinaryPrimitives.ReadUInt32LittleEndian(sha256);

        /// <summary>Most bytes that were ever stored.</summary>
        public uint Best { get; private set; }

        public void Report(uint stored, byte slot)
        {
            if (stored > Best)
                (Best, _failures) = (stored, 0);
            progress?.Report(new UploadProgress(stored, (uint)Model.Length, slot));
        }

        public bool MayRetry(int attempts) => ++_failures < attempts;

        public bool MayRepeat(int attempts) => ++_repetitions < attempts;
    }
}
