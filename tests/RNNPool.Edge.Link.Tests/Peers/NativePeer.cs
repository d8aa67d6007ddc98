using System.Runtime.InteropServices;
using RNNPool.Edge.Link.Messages;

namespace RNNPool.Edge.Link.Tests.Peers;

/// <summary>The C test device (firmware/tests/link), driven with virtual time.</summary>
internal sealed unsafe partial class NativePeer : IDisposable
{
    private const string Library = "rnnp_link_peer";

    private readonly byte[] _output = new byte[65536];
    private nint _peer;

    public NativePeer(bool slots = true, bool builtIn = true) => _peer = Create(slots ? 1 : 0, builtIn ? 1 : 0);

    public byte ActiveSlot => GetActiveSlot(_peer);

    public bool Connected => GetConnected(_peer) != 0;

    public bool FlashDead => GetFlashDead(_peer) != 0;

    public bool FlashOverwritten => GetFlashOverwritten(_peer) != 0;

    public uint RebootsAsked => GetRebootsAsked(_peer);

    public static uint LinkBytes => GetLinkBytes();

    public void Restart(BootReason reason) => RestartPeer(_peer, (byte)reason);

    public uint Receive(ReadOnlySpan<byte> bytes) => ReceiveBytes(_peer, bytes, (uint)bytes.Length);

    public ReadOnlySpan<byte> Poll(double now) => _output.AsSpan(0, (int)PollPeer(_peer, (uint)now, _output, (uint)_output.Length));

    public void FailFlashAt(uint operationsFromNow) => SetFailFlash(_peer, operationsFromNow);

    public void DamageSlot(int slot, uint offset) => SetDamage(_peer, slot, offset);

    public void FailEngine(bool failing) => SetFailEngine(_peer, failing ? 1 : 0);

    public bool Log(byte level, string text) => SendLog(_peer, level, text) != 0;

    public bool Fault(byte fault, string text) => SendFault(_peer, fault, text) != 0;

    public DeviceStatistics Statistics()
    {
        byte[] bytes = new byte[DeviceStatistics.Size];
        ReadStatistics(_peer, bytes);
        Assert.True(DeviceStatistics.TryRead(bytes, out DeviceStatistics statistics));
        return statistics;
    }

    /// <summary>Detections (12 bytes each) that the test device's engine gives for pixels with that CRC-32.</summary>
    public static byte[] Expected(uint crc, int width, int height)
    {
        byte[] bytes = new byte[128 * ResultMessage.DetectionSize];
        uint count = GetExpected(crc, (uint)width, (uint)height, bytes);
        return bytes[..((int)count * ResultMessage.DetectionSize)];
    }

    /// <summary>What the C decoder makes of the bytes: events (1 frame, -1 stuffing, -2 length, -3 check) and the decoded frames.</summary>
    public static (sbyte[] Events, byte[] Frames) DecodeFrames(ReadOnlySpan<byte> bytes, int maxPayload)
    {
        sbyte[] events = new sbyte[bytes.Length + 1];
        byte[] frames = new byte[bytes.Length + 64];
        uint count = Decode(
            bytes,
            (uint)bytes.Length,
            (uint)maxPayload,
            events,
            (uint)events.Length,
            frames,
            (uint)frames.Length,
            out uint length
        );
        return (events[..(int)count], frames[..(int)length]);
    }

    /// <summary>Decodes pixels in the row code into a picture whose earlier pixels are there.</summary>
    public static bool DecodeRows(ReadOnlySpan<byte> code, byte[] picture, int width, int position, int pixels) =>
        DecodePixels(code, (uint)code.Length, picture, (uint)width, (uint)position, (uint)pixels) != 0;

    public void Dispose()
    {
        if (_peer != 0)
            Destroy(_peer);
        _peer = 0;
    }

    [LibraryImport(Library, EntryPoint = "peer_create")]
    private static partial nint Create(int slots, int builtIn);

    [LibraryImport(Library, EntryPoint = "peer_destroy")]
    private static partial void Destroy(nint peer);

    [LibraryImport(Library, EntryPoint = "peer_restart")]
    private static partial void RestartPeer(nint peer, byte reason);

    [LibraryImport(Library, EntryPoint = "peer_receive")]
    private static partial uint ReceiveBytes(nint peer, ReadOnlySpan<byte> bytes, uint count);

    [LibraryImport(Library, EntryPoint = "peer_poll")]
    private static partial uint PollPeer(nint peer, uint now, byte[] output, uint capacity);

    [LibraryImport(Library, EntryPoint = "peer_fail_flash_at")]
    private static partial void SetFailFlash(nint peer, uint operations);

    [LibraryImport(Library, EntryPoint = "peer_flash_dead")]
    private static partial int GetFlashDead(nint peer);

    [LibraryImport(Library, EntryPoint = "peer_flash_overwritten")]
    private static partial int GetFlashOverwritten(nint peer);

    [LibraryImport(Library, EntryPoint = "peer_damage_slot")]
    private static partial void SetDamage(nint peer, int slot, uint offset);

    [LibraryImport(Library, EntryPoint = "peer_fail_engine")]
    private static partial void SetFailEngine(nint peer, int failing);

    [LibraryImport(Library, EntryPoint = "peer_active_slot")]
    private static partial byte GetActiveSlot(nint peer);

    [LibraryImport(Library, EntryPoint = "peer_connected")]
    private static partial int GetConnected(nint peer);

    [LibraryImport(Library, EntryPoint = "peer_reboots_asked")]
    private static partial uint GetRebootsAsked(nint peer);

    [LibraryImport(Library, EntryPoint = "peer_log", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SendLog(nint peer, byte level, string text);

    [LibraryImport(Library, EntryPoint = "peer_fault", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SendFault(nint peer, byte fault, string text);

    [LibraryImport(Library, EntryPoint = "peer_stats")]
    private static partial void ReadStatistics(nint peer, byte[] statistics);

    [LibraryImport(Library, EntryPoint = "peer_link_bytes")]
    private static partial uint GetLinkBytes();

    [LibraryImport(Library, EntryPoint = "peer_expected")]
    private static partial uint GetExpected(uint crc, uint width, uint height, byte[] detections);

    [LibraryImport(Library, EntryPoint = "peer_decode_frames")]
    private static partial uint Decode(
        ReadOnlySpan<byte> bytes,
        uint count,
        uint maxPayload,
        sbyte[] events,
        uint eventCapacity,
        byte[] frames,
        uint frameCapacity,
        out uint frameBytes
    );

    [LibraryImport(Library, EntryPoint = "peer_decode_rows")]
    private static partial int DecodePixels(ReadOnlySpan<byte> code, uint bytes, byte[] picture, uint width, uint position, uint pixels);
}
