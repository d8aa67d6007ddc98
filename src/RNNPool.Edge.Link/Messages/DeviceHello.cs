using System.Buffers.Binary;

namespace RNNPool.Edge.Link.Messages;

/// <summary>Description that a device sends in the handshake.</summary>
public sealed record DeviceHello
{
    internal const int Size = 72;

    private const int FaultOffset = 76;

    /// <summary>Nonce of the session; 0 when the device announces that it has started.</summary>
    public uint Nonce { get; init; }

    /// <summary>Oldest version of the protocol that the device supports.</summary>
    public byte VersionMin { get; init; }

    /// <summary>Newest version of the protocol that the device supports.</summary>
    public byte VersionMax { get; init; }

    /// <summary>Version that the device has chosen; 0 when there is no common version, or no session.</summary>
    public byte Version { get; init; }

    /// <summary>Why the device started last.</summary>
    public BootReason BootReason { get; init; }

    /// <summary>Largest payload that the device accepts, in bytes.</summary>
    public ushort MaxPayload { get; init; }

    /// <summary>Reliable frames that the device can have waiting.</summary>
    public byte Window { get; init; }

    /// <summary>Number of writable model slots.</summary>
    public byte SlotCount { get; init; }

    /// <summary>Slot of the model in use: a number, <see cref="SlotInfo.BuiltIn"/> or <see cref="SlotInfo.None"/>.</summary>
    public byte ActiveSlot { get; init; }

    /// <summary>Capabilities of the device.</summary>
    public DeviceCapabilities Capabilities { get; init; }

    /// <summary>Widest picture in pixels.</summary>
    public ushort MaxWidth { get; init; }

    /// <summary>Clock of the processor in hertz; 0 when it has none of its own.</summary>
    public uint ClockHz { get; init; }

    /// <summary>Capacity of each slot in bytes.</summary>
    public uint SlotBytes { get; init; }

    /// <summary>Version of the firmware.</summary>
    public Version FirmwareVersion { get; init; } = new(0, 0, 0);

    /// <summary>First eight bytes of the firmware's build hash, in hexadecimal.</summary>
    public string BuildHash { get; init; } = "";

    /// <summary>Number of the device, in hexadecimal.</summary>
    public string DeviceId { get; init; } = "";

    /// <summary>Name of the board.</summary>
    public string Board { get; init; } = "";

    /// <summary>Most multiply-accumulates of a model that the device runs; 0 when it states no limit.</summary>
    public uint WorkLimit { get; init; }

    /// <summary>The fault that ended the last run; null when there was none.</summary>
    public DeviceFault? Fault { get; init; }

    /// <summary>Reads the payload of a HELLO. A later version may append fields.</summary>
    internal static DeviceHello? Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < Size || BinaryPrimitives.ReadUInt32LittleEndian(bytes) != LinkProtocol.Magic)
            return null;
        return new DeviceHello
        {
            Nonce = BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]),
            VersionMin = bytes[8],
            VersionMax = bytes[9],
            Version = bytes[10],
            BootReason = (BootReason)bytes[11],
            MaxPayload = BinaryPrimitives.ReadUInt16LittleEndian(bytes[12..]),
            Window = bytes[14],
            SlotCount = bytes[15],
            ActiveSlot = bytes[16],
            Capabilities = (DeviceCapabilities)bytes[17],
            MaxWidth = BinaryPrimitives.ReadUInt16LittleEndian(bytes[18..]),
            ClockHz = BinaryPrimitives.ReadUInt32LittleEndian(bytes[20..]),
            SlotBytes = BinaryPrimitives.ReadUInt32LittleEndian(bytes[24..]),
            FirmwareVersion = new Version(
                BinaryPrimitives.ReadUInt16LittleEndian(bytes[28..]),
                BinaryPrimitives.ReadUInt16LittleEndian(bytes[30..]),
                BinaryPrimitives.ReadUInt16LittleEndian(bytes[32..])
            ),
            BuildHash = Convert.ToHexStringLower(bytes.Slice(36, 8)),
            DeviceId = Convert.ToHexStringLower(bytes.Slice(44, 12)),
            Board = WireText.Read(bytes.Slice(56, 16)),
            WorkLimit = bytes.Length >= FaultOffset ? BinaryPrimitives.ReadUInt32LittleEndian(bytes[Size..]) : 0,
            Fault = bytes.Length >= FaultOffset + DeviceFault.Size ? DeviceFault.Read(bytes[FaultOffset..]) : null,
        };
    }
}
