namespace RNNPool.Edge.Vision.Cameras.V4l2;

/// <summary>The result of waiting for a picture.</summary>
internal enum VideoArrival
{
    /// <summary>No picture arrived in time.</summary>
    Nothing,

    /// <summary>A picture.</summary>
    Picture,

    /// <summary>A picture that the driver marks as damaged.</summary>
    Damaged,
}

/// <summary>The kernel's mapped buffers, which circulate between driver and reader.</summary>
internal sealed unsafe class VideoStream : IDisposable
{
    private const uint Mapped = 1; // V4L2_MEMORY_MMAP
    private const int PollReadable = 0x1; // POLLIN
    private const int PollBroken = 0x8 | 0x10 | 0x20; // POLLERR, POLLHUP, POLLNVAL

    private readonly VideoDevice _device;
    private readonly IVideoKernel _kernel;
    private readonly int _descriptor;
    private readonly List<(nint Address, uint Length)> _buffers = [];
    private bool _streaming;

    private VideoStream(VideoDevice device, IVideoKernel kernel, int descriptor)
    {
        _device = device;
        _kernel = kernel;
        _descriptor = descriptor;
    }

    public static VideoStream Start(VideoDevice device, IVideoKernel kernel, int descriptor, int buffers)
    {
        var stream = new VideoStream(device, kernel, descriptor);
        try
        {
            stream.Begin(buffers);
            return stream;
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>Waits for a picture. The caller returns its buffer with <see cref="Return"/>.</summary>
    /// <param name="milliseconds">Longest wait.</param>
    /// <param name="buffer">The buffer, for <see cref="Data"/> and <see cref="Return"/>.</param>
    /// <exception cref="CameraException">The camera was unplugged.</exception>
    public VideoArrival Next(int milliseconds, out VideoBuffer buffer)
    {
        buffer = default;
        int events = _kernel.Wait(_descriptor, milliseconds);
        if (events < 0)
            throw _device.Failure("waiting for a picture", -events);
        if (events == 0)
            return VideoArrival.Nothing;
        buffer = new VideoBuffer { Type = VideoDevice.Capture, Memory = Mapped };
        int result = _device.Control(VideoRequest.Dequeue, ref buffer);
        if (result >= 0)
        {
            if (buffer.Index >= _buffers.Count)
                throw new CameraException($"{_device.Name}: the driver returned a buffer that does not exist.");
            return (buffer.Flags & VideoBuffer.ErrorBit) == 0 && buffer.BytesUsed > 0 ? VideoArrival.Picture : VideoArrival.Damaged;
        }

        // The kernel reports an unplugged camera as a poll error without a buffer to dequeue.
        if (result == -ErrorNumber.Again)
            return (events & PollReadable) == 0 && (events & PollBroken) != 0
                ? throw _device.Failure("streaming", ErrorNumber.NoDevice)
                : VideoArrival.Nothing;
        if (result is -ErrorNumber.BrokenPipe or -ErrorNumber.Protocol)
            throw new CameraException($"{_device.Name}: the stream from the camera has broken.");
        throw _device.Failure("taking a picture", -result);
    }

    /// <summary>The bytes of a picture, valid until the buffer is returned.</summary>
    public ReadOnlySpan<byte> Data(in VideoBuffer buffer)
    {
        (nint address, uint length) = _buffers[(int)buffer.Index];
        return new ReadOnlySpan<byte>((void*)address, (int)Math.Min(buffer.BytesUsed, length));
    }

    /// <summary>Returns a buffer to the driver.</summary>
    /// <exception cref="CameraException">The driver refuses it.</exception>
    public void Return(in VideoBuffer buffer)
    {
        var again = new VideoBuffer
        {
            Index = buffer.Index,
            Type = VideoDevice.Capture,
            Memory = Mapped,
        };
        _device.Require(VideoRequest.Queue, ref again, "returning a buffer");
    }

    public void Dispose()
    {
        int type = (int)VideoDevice.Capture;
        if (_streaming)
            _ = _device.Control(VideoRequest.StreamOff, ref type);
        foreach ((nint address, uint length) in _buffers)
            _kernel.Unmap(address, length);
        _buffers.Clear();
        var none = new BufferRequest { Type = VideoDevice.Capture, Memory = Mapped };
        _ = _device.Control(VideoRequest.RequestBuffers, ref none);
    }

    private void Begin(int count)
    {
        var request = new BufferRequest
        {
            Count = (uint)count,
            Type = VideoDevice.Capture,
            Memory = Mapped,
        };
        _device.Require(VideoRequest.RequestBuffers, ref request, "asking for buffers");
        if (request.Count is 0 or > 32)
            throw new CameraException($"{_device.Name}: the driver gives {request.Count} buffers; 1 to 32 are needed.");
        for (uint i = 0; i < request.Count; i++)
        {
            var buffer = new VideoBuffer
            {
                Index = i,
                Type = VideoDevice.Capture,
                Memory = Mapped,
            };
            _device.Require(VideoRequest.QueryBuffer, ref buffer, "querying a buffer");
            if (buffer.Length is 0 or > 1 << 30)
                throw new CameraException($"{_device.Name}: the driver's buffers have {buffer.Length} bytes.");
            nint address = _kernel.Map(_descriptor, buffer.Offset, buffer.Length);
            if (address is < 0 and > -4096)
                throw _device.Failure("mapping a buffer", (int)-address);
            _buffers.Add((address, buffer.Length));
            Return(buffer);
        }

        int type = (int)VideoDevice.Capture;
        _device.Require(VideoRequest.StreamOn, ref type, "starting the stream");
        _streaming = true;
    }
}
