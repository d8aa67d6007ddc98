using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using RNNPool.Edge.Link;
using RNNPool.Edge.Link.Framing;
using RNNPool.Edge.Link.Messages;

namespace RNNPool.Edge.Tests.Pipeline.Coprocessor;

/// <summary>
/// The model slots of a scripted device: it answers queries, takes uploads, verifies and activates. The device holds its lock.
/// </summary>
internal sealed class ScriptedSlots
{
    /// <summary>Size of a slot in bytes.</summary>
    public const int Size = 1 << 20;

    private readonly (byte[] Bytes, SlotState State)[] _slots;
    private readonly Reply _reply;
    private byte[] _incoming = [];
    private int _received;

    /// <param name="reply">Sends an answer to the host.</param>
    /// <param name="model">The active model; null for none.</param>
    /// <param name="count">Number of writable slots; without any, the model is part of the firmware.</param>
    public ScriptedSlots(Reply reply, byte[]? model, byte count)
    {
        _reply = reply;
        _slots = new (byte[], SlotState)[Math.Max((int)count, 1)];
        Count = count;
        if (model is not null)
            (_slots[0], Active) = ((model, SlotState.Active), count > 0 ? (byte)0 : SlotInfo.BuiltIn);
    }

    /// <summary>Sends a message.</summary>
    public delegate void Reply(MessageType type, byte tag, ReadOnlySpan<byte> payload);

    public byte Count { get; }

    public byte Active { get; private set; } = SlotInfo.None;

    public byte[] ActiveHash => SHA256.HashData(_slots[Active == SlotInfo.BuiltIn ? 0 : Active].Bytes);

    public int Uploads { get; private set; }

    public bool RefusesModels { get; set; }

    /// <summary>Replaces all models.</summary>
    /// <param name="active">The active one.</param>
    /// <param name="failed">Another one that is marked as failed.</param>
    public void Replace(byte[] active, byte[]? failed)
    {
        Array.Clear(_slots);
        (_slots[0], Active) = ((active, SlotState.Active), 0);
        if (failed is not null)
            _slots[1] = (failed, SlotState.Failed);
    }

    public void Answer(byte tag, byte slot)
    {
        int index = slot == SlotInfo.BuiltIn && Count == 0 ? 0 : slot;
        if (index >= _slots.Length || (Count == 0 && slot != SlotInfo.BuiltIn))
        {
            Status(tag, MessageType.SlotQuery, DeviceStatus.BadSlot);
            return;
        }

        (byte[]? bytes, SlotState state) = _slots[index];
        byte[] info = new byte[76];
        (info[0], info[1]) = (slot, (byte)state);
        if (bytes is not null)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(info.AsSpan(2), 96);
            BinaryPrimitives.WriteUInt16LittleEndian(info.AsSpan(4), 64);
            BinaryPrimitives.WriteUInt32LittleEndian(info.AsSpan(8), (uint)bytes.Length);
            BinaryPrimitives.WriteUInt32LittleEndian(info.AsSpan(12), (uint)bytes.Length);
            SHA256.HashData(bytes).CopyTo(info.AsSpan(20));
            Encoding.UTF8.GetBytes("model-of-slot").CopyTo(info.AsSpan(52));
        }

        _reply(MessageType.SlotInfo, tag, info);
    }

    public void BeginUpload(byte tag, ReadOnlySpan<byte> payload)
    {
        Uploads++;
        (_incoming, _received) = (new byte[BinaryPrimitives.ReadUInt32LittleEndian(payload[4..])], 0);
        _slots[payload[0]] = (_incoming, SlotState.Receiving);
        UploadState(tag, payload[0], payload.Slice(8, 4));
    }

    public void TakeData(byte tag, ReadOnlySpan<byte> payload)
    {
        if (BinaryPrimitives.ReadUInt32LittleEndian(payload[8..]) != _received)
            return;
        payload[12..].CopyTo(_incoming.AsSpan(_received));
        _received += payload.Length - 12;
        UploadState(tag, payload[0], payload.Slice(4, 4));
    }

    public void Verify(byte tag, ReadOnlySpan<byte> payload)
    {
        bool good = payload.Slice(4, 32).SequenceEqual(SHA256.HashData(_incoming));
        DeviceStatus status =
            !good ? DeviceStatus.HashMismatch
            : RefusesModels ? DeviceStatus.BadModel
            : DeviceStatus.Ok;
        _slots[payload[0]].State = status == DeviceStatus.Ok ? SlotState.Verified : SlotState.Empty;
        Status(tag, MessageType.UploadVerify, status);
    }

    public void Activate(byte tag, byte slot)
    {
        if (Active < _slots.Length)
            _slots[Active].State = SlotState.Verified;
        _slots[slot].State = SlotState.Trial;
        Active = slot;
        Status(tag, MessageType.Activate, DeviceStatus.Ok);
    }

    private void UploadState(byte tag, byte slot, ReadOnlySpan<byte> id)
    {
        byte[] state = new byte[16];
        (state[0], state[2]) = (slot, (byte)SlotState.Receiving);
        id.CopyTo(state.AsSpan(4));
        BinaryPrimitives.WriteUInt32LittleEndian(state.AsSpan(8), (uint)_received);
        BinaryPrimitives.WriteUInt32LittleEndian(state.AsSpan(12), (uint)_incoming.Length);
        _reply(MessageType.UploadState, tag, state);
    }

    private void Status(byte tag, MessageType request, DeviceStatus status) =>
        _reply(MessageType.Status, tag, [(byte)request, (byte)status, 0, 0, 0, 0, 0, 0]);
}
