using System.Runtime.InteropServices;

namespace RNNPool.Edge.Vision.Cameras.V4l2;

// The structures of the kernel's linux/videodev2.h as 64-bit machines lay them out. A test compares sizes, offsets and request
// numbers with those that a C compiler computes from the header.

/// <summary>v4l2_capability: identity and capabilities of a device.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct VideoCapability
{
    public const uint CaptureBit = 0x1;
    public const uint StreamingBit = 0x04000000;
    public const uint DeviceCapabilitiesBit = 0x80000000;

    public fixed byte Driver[16];
    public fixed byte Card[32];
    public fixed byte BusInfo[32];
    public uint Version;
    public uint Capabilities;
    public uint DeviceCapabilities;
    public fixed uint Reserved[3];
}

/// <summary>v4l2_fmtdesc: one pixel format of a device.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct FormatDescription
{
    public uint Index;
    public uint Type;
    public uint Flags;
    public fixed byte Description[32];
    public uint PixelFormat;
    public uint BusCode;
    public fixed uint Reserved[3];
}

/// <summary>v4l2_frmsizeenum: one picture size of a format, or a range of sizes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct FrameSizeEntry
{
    public const uint Discrete = 1;

    public uint Index;
    public uint PixelFormat;
    public uint Type;

    /// <summary>Least width, or the width itself when the entry is discrete; the height is then <see cref="MaxWidth"/>.</summary>
    public uint MinWidth;
    public uint MaxWidth;
    public uint StepWidth;
    public uint MinHeight;
    public uint MaxHeight;
    public uint StepHeight;
    public fixed uint Reserved[2];
}

/// <summary>v4l2_frmivalenum: one time between frames of a size, or a range.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct FrameIntervalEntry
{
    public const uint Discrete = 1;

    public uint Index;
    public uint PixelFormat;
    public uint Width;
    public uint Height;
    public uint Type;

    /// <summary>Shortest time in seconds as a fraction, or the time itself when the entry is discrete.</summary>
    public uint MinNumerator;
    public uint MinDenominator;
    public uint MaxNumerator;
    public uint MaxDenominator;
    public uint StepNumerator;
    public uint StepDenominator;
    public fixed uint Reserved[2];
}

/// <summary>v4l2_format with a v4l2_pix_format in it.</summary>
[StructLayout(LayoutKind.Explicit, Size = 208)]
internal struct VideoFormat
{
    [FieldOffset(0)]
    public uint Type;

    [FieldOffset(8)]
    public uint Width;

    [FieldOffset(12)]
    public uint Height;

    [FieldOffset(16)]
    public uint PixelFormat;

    [FieldOffset(20)]
    public uint Field;

    [FieldOffset(24)]
    public uint BytesPerLine;

    [FieldOffset(28)]
    public uint SizeImage;
}

/// <summary>v4l2_streamparm with a v4l2_captureparm in it.</summary>
[StructLayout(LayoutKind.Explicit, Size = 204)]
internal struct StreamParameters
{
    public const uint TimePerFrameBit = 0x1000;

    [FieldOffset(0)]
    public uint Type;

    [FieldOffset(4)]
    public uint Capability;

    [FieldOffset(12)]
    public uint Numerator;

    [FieldOffset(16)]
    public uint Denominator;
}

/// <summary>v4l2_requestbuffers.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct BufferRequest
{
    public uint Count;
    public uint Type;
    public uint Memory;
    public uint Capabilities;
    public uint Reserved;
}

/// <summary>v4l2_buffer.</summary>
[StructLayout(LayoutKind.Explicit, Size = 88)]
internal struct VideoBuffer
{
    public const uint ErrorBit = 0x40;

    [FieldOffset(0)]
    public uint Index;

    [FieldOffset(4)]
    public uint Type;

    [FieldOffset(8)]
    public uint BytesUsed;

    [FieldOffset(12)]
    public uint Flags;

    [FieldOffset(24)]
    public long Seconds;

    [FieldOffset(32)]
    public long Microseconds;

    [FieldOffset(56)]
    public uint Sequence;

    [FieldOffset(60)]
    public uint Memory;

    [FieldOffset(64)]
    public uint Offset;

    [FieldOffset(72)]
    public uint Length;
}

/// <summary>v4l2_queryctrl: one control.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct ControlQuery
{
    public const uint NextBit = 0x80000000;
    public const uint DisabledBit = 0x1;
    public const uint ReadOnlyBit = 0x4;
    public const uint InactiveBit = 0x10;
    public const uint WriteOnlyBit = 0x40;

    public uint Id;
    public uint Type;
    public fixed byte Name[32];
    public int Minimum;
    public int Maximum;
    public int Step;
    public int Default;
    public uint Flags;
    public fixed uint Reserved[2];
}

/// <summary>v4l2_querymenu: one choice of a menu control, by name or by number.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
internal unsafe struct MenuQuery
{
    public uint Id;
    public uint Index;
    public fixed byte Name[32];
    public uint Reserved;
}

/// <summary>v4l2_control: a control's value.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct ControlValue
{
    public uint Id;
    public int Value;
}
