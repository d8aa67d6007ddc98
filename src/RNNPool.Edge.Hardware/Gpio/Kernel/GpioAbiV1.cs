using System.Runtime.InteropServices;

namespace RNNPool.Edge.Hardware.Gpio.Kernel;

/// <summary>Version 1 of the interface (linux/gpio.h, since Linux 4.8), for kernels before 5.10.</summary>
internal static unsafe class GpioAbiV1
{
    public const int HandlesMax = 64;

    public const uint FlagUsed = 1 << 0;
    public const uint RequestInput = 1 << 0;
    public const uint RequestOutput = 1 << 1;
    public const uint RequestOpenDrain = 1 << 3;
    public const uint RequestOpenSource = 1 << 4;
    public const uint RequestPullUp = 1 << 5;
    public const uint RequestPullDown = 1 << 6;
    public const uint RequestPullOff = 1 << 7;

    public const uint BothEdges = 3;

    public static readonly uint GetLineInfo = GpioAbi.Request(GpioAbi.ReadWrite, 0x02, sizeof(LineInfo));
    public static readonly uint GetLineHandle = GpioAbi.Request(GpioAbi.ReadWrite, 0x03, sizeof(HandleRequest));
    public static readonly uint GetLineEvent = GpioAbi.Request(GpioAbi.ReadWrite, 0x04, sizeof(EventRequest));
    public static readonly uint GetValues = GpioAbi.Request(GpioAbi.ReadWrite, 0x08, HandlesMax);
    public static readonly uint SetValues = GpioAbi.Request(GpioAbi.ReadWrite, 0x09, HandlesMax);

    /// <summary>struct gpioline_info.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct LineInfo
    {
        public uint Offset;
        public uint Flags;
        public fixed byte Name[GpioAbi.NameSize];
        public fixed byte Consumer[GpioAbi.NameSize];
    }

    /// <summary>struct gpiohandle_request.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct HandleRequest
    {
        public fixed uint Offsets[HandlesMax];
        public uint Flags;
        public fixed byte DefaultValues[HandlesMax];
        public fixed byte Consumer[GpioAbi.NameSize];
        public uint LineCount;
        public int Descriptor;
    }

    /// <summary>struct gpioevent_request.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct EventRequest
    {
        public uint Offset;
        public uint HandleFlags;
        public uint EventFlags;
        public fixed byte Consumer[GpioAbi.NameSize];
        public int Descriptor;
    }

    /// <summary>struct gpioevent_data.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct EventData
    {
        public const uint RisingEdge = 1;

        public ulong TimestampNanoseconds;
        public uint Id;
    }

    /// <summary>struct gpiohandle_data.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct HandleData
    {
        public fixed byte Values[HandlesMax];
    }
}
