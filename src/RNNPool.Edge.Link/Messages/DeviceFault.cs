using System.Buffers.Binary;
using System.Globalization;

namespace RNNPool.Edge.Link.Messages;

/// <summary>The fault that ended the last run of a device, as its firmware recorded it.</summary>
/// <param name="Exception">Number of the processor's exception: 2 is the watchdog (NMI), 3 a hard fault.</param>
/// <param name="StackOverflow">Whether the stack overflowed.</param>
/// <param name="Count">Faults since power-on.</param>
/// <param name="ProgramCounter">Address of the instruction; 0 when not known.</param>
/// <param name="LinkRegister">Return address; 0 when not known.</param>
/// <param name="ConfigurableStatus">The register CFSR.</param>
/// <param name="HardFaultStatus">The register HFSR.</param>
/// <param name="Address">Address that could not be accessed; 0 when not known.</param>
/// <param name="BuildHash">First eight bytes of the build hash of the firmware that ran, in hexadecimal.</param>
public sealed record DeviceFault(
    byte Exception,
    bool StackOverflow,
    ushort Count,
    uint ProgramCounter,
    uint LinkRegister,
    uint ConfigurableStatus,
    uint HardFaultStatus,
    uint Address,
    string BuildHash
)
{
    internal const int Size = 32;

    private const byte Watchdog = 2;

    /// <summary>One line for a log.</summary>
    public override string ToString()
    {
        string cause =
            StackOverflow ? "stack overflow"
            : Exception == Watchdog ? "no progress until the watchdog expired"
            : $"exception {Exception}";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{cause}, PC {ProgramCounter:x8}, LR {LinkRegister:x8}, CFSR {ConfigurableStatus:x8}, HFSR {HardFaultStatus:x8}, "
                + $"address {Address:x8}, build {BuildHash}, fault {Count} since power-on"
        );
    }

    /// <summary>Reads a record; null when it reports no fault.</summary>
    internal static DeviceFault? Read(ReadOnlySpan<byte> bytes) =>
        bytes[0] == 0
            ? null
            : new DeviceFault(
                bytes[0],
                (bytes[1] & 1) != 0,
                BinaryPrimitives.ReadUInt16LittleEndian(bytes[2..]),
                BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]),
                BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]),
                BinaryPrimitives.ReadUInt32LittleEndian(bytes[12..]),
                BinaryPrimitives.ReadUInt32LittleEndian(bytes[16..]),
                BinaryPrimitives.ReadUInt32LittleEndian(bytes[20..]),
                Convert.ToHexStringLower(bytes.Slice(24, 8))
            );
}
