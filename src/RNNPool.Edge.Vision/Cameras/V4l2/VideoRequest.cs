namespace RNNPool.Edge.Vision.Cameras.V4l2;

/// <summary>The ioctl numbers of linux/videodev2.h: direction, size of the argument, 'V', number.</summary>
internal static class VideoRequest
{
    public const uint QueryCapability = Read | (104 << 16) | V | 0;
    public const uint EnumerateFormats = Read | Write | (64 << 16) | V | 2;
    public const uint SetFormat = Read | Write | (208 << 16) | V | 5;
    public const uint RequestBuffers = Read | Write | (20 << 16) | V | 8;
    public const uint QueryBuffer = Read | Write | (88 << 16) | V | 9;
    public const uint Queue = Read | Write | (88 << 16) | V | 15;
    public const uint Dequeue = Read | Write | (88 << 16) | V | 17;
    public const uint StreamOn = Write | (4 << 16) | V | 18;
    public const uint StreamOff = Write | (4 << 16) | V | 19;
    public const uint SetParameters = Read | Write | (204 << 16) | V | 22;
    public const uint GetControl = Read | Write | (8 << 16) | V | 27;
    public const uint SetControl = Read | Write | (8 << 16) | V | 28;
    public const uint QueryControl = Read | Write | (68 << 16) | V | 36;
    public const uint QueryMenu = Read | Write | (44 << 16) | V | 37;
    public const uint EnumerateSizes = Read | Write | (44 << 16) | V | 74;
    public const uint EnumerateIntervals = Read | Write | (52 << 16) | V | 75;

    private const uint Write = 1u << 30;
    private const uint Read = 2u << 30;
    private const uint V = 'V' << 8;
}

/// <summary>The error numbers that the camera distinguishes.</summary>
internal static class ErrorNumber
{
    public const int NoEntry = 2; // ENOENT
    public const int Interrupted = 4; // EINTR
    public const int InputOutput = 5; // EIO
    public const int NoSuchDeviceOrAddress = 6; // ENXIO
    public const int Again = 11; // EAGAIN
    public const int NoPermission = 13; // EACCES
    public const int Busy = 16; // EBUSY
    public const int NoDevice = 19; // ENODEV
    public const int Invalid = 22; // EINVAL
    public const int NotTerminal = 25; // ENOTTY: the device has no such call
    public const int BrokenPipe = 32; // EPIPE
    public const int OutOfRange = 34; // ERANGE
    public const int Protocol = 71; // EPROTO
}
