using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace RNNPool.Edge.Hardware.Gpio.Kernel;

/// <summary>
/// The kernel's GPIO character device, version 2 of its interface (linux/gpio.h, since Linux 5.10): structures and requests. Unlike
/// libgpiod, it is the same on Debian 12 (libgpiod 1), Debian 13 (libgpiod 2) and machines without either.
/// </summary>
internal static unsafe partial class GpioAbi
{
    public const int NameSize = 32;
    public const int LinesMax = 64;
    public const int AttributesMax = 10;

    public const ulong FlagUsed = 1 << 0;
    public const ulong FlagInput = 1 << 2;
    public const ulong FlagOutput = 1 << 3;
    public const ulong FlagEdgeRising = 1 << 4;
    public const ulong FlagEdgeFalling = 1 << 5;
    public const ulong FlagOpenDrain = 1 << 6;
    public const ulong FlagOpenSource = 1 << 7;
    public const ulong FlagPullUp = 1 << 8;
    public const ulong FlagPullDown = 1 << 9;
    public const ulong FlagPullOff = 1 << 10;

    public const uint AttributeOutputValues = 2;

    // asm-generic/ioctl.h: direction, size, type and number of a request in 32 bits. The same on x86 and ARM.
    internal const uint Read = 2,
        ReadWrite = 3;
    private const uint Type = 0xB4;

    public static readonly uint GetChipInfo = Request(Read, 0x01, sizeof(ChipInfo));
    public static readonly uint GetLineInfo = Request(ReadWrite, 0x05, sizeof(LineInfo));
    public static readonly uint GetLine = Request(ReadWrite, 0x07, sizeof(LineRequest));
    public static readonly uint SetConfig = Request(ReadWrite, 0x0D, sizeof(LineConfig));
    public static readonly uint GetValues = Request(ReadWrite, 0x0E, sizeof(LineValues));
    public static readonly uint SetValues = Request(ReadWrite, 0x0F, sizeof(LineValues));

    internal static uint Request(uint direction, uint number, int size) => (direction << 30) | ((uint)size << 16) | (Type << 8) | number;

    /// <summary>struct gpiochip_info.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct ChipInfo
    {
        public fixed byte Name[NameSize];
        public fixed byte Label[NameSize];
        public uint Lines;
    }

    /// <summary>struct gpio_v2_line_attribute.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct LineAttribute
    {
        public uint Id;
        public uint Padding;
        public ulong Value;
    }

    /// <summary>struct gpio_v2_line_config_attribute.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct LineConfigAttribute
    {
        public LineAttribute Attribute;
        public ulong Mask;
    }

    [InlineArray(AttributesMax)]
    public struct LineConfigAttributes
    {
        private LineConfigAttribute _first;
    }

    [InlineArray(AttributesMax)]
    public struct LineAttributes
    {
        private LineAttribute _first;
    }

    /// <summary>struct gpio_v2_line_config.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct LineConfig
    {
        public ulong Flags;
        public uint AttributeCount;
        public fixed uint Padding[5];
        public LineConfigAttributes Attributes;
    }

    /// <summary>struct gpio_v2_line_request.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct LineRequest
    {
        public fixed uint Offsets[LinesMax];
        public fixed byte Consumer[NameSize];
        public LineConfig Config;
        public uint LineCount;
        public uint EventBufferSize;
        public fixed uint Padding[5];
        public int Descriptor;
    }

    /// <summary>struct gpio_v2_line_info.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct LineInfo
    {
        public fixed byte Name[NameSize];
        public fixed byte Consumer[NameSize];
        public uint Offset;
        public uint AttributeCount;
        public ulong Flags;
        public LineAttributes Attributes;
        public fixed uint Padding[4];
    }

    /// <summary>struct gpio_v2_line_values.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct LineValues
    {
        public ulong Bits;
        public ulong Mask;
    }

    /// <summary>struct gpio_v2_line_event.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct LineEvent
    {
        public const uint RisingEdge = 1;

        public ulong TimestampNanoseconds;
        public uint Id;
        public uint Offset;
        public uint Sequence;
        public uint LineSequence;
        public fixed uint Padding[6];
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    public static partial int Control(SafeHandle descriptor, nuint request, void* argument);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    public static partial nint ReadBytes(SafeHandle descriptor, void* buffer, nint count);
}
