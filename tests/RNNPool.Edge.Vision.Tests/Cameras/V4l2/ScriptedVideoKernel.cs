using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Text;
using RNNPool.Edge.Vision.Cameras.V4l2;

namespace RNNPool.Edge.Vision.Tests.Cameras.V4l2;

/// <summary>A kernel with one camera, whose formats, controls, pictures and failures come from the test.</summary>
internal sealed unsafe class ScriptedVideoKernel : IVideoKernel
{
    private const int Descriptor = 42;

    private readonly ConcurrentQueue<Picture> _pictures = new();
    private readonly Queue<uint> _queued = new();
    private readonly List<(nint Address, uint Length)> _buffers = [];
    private volatile int _dequeueError;
    private volatile int _pollEvents;
    private int _open;
    private int _mapped;
    private bool _streaming;

    public List<(string Code, (int Width, int Height, double[] Rates)[] Sizes)> Formats { get; } = [];

    public List<(uint Id, string Name, uint Type, int Minimum, int Maximum, string[] Choices)> Controls { get; } = [];

    public List<VideoNode> Files { get; } = [];

    /// <summary>Values of controls by id, and every setting in its order.</summary>
    public List<(uint Id, int Value)> Settings { get; } = [];

    public int OpenError { get; set; }

    public int FormatError { get; set; }

    public int StreamError { get; set; }

    public uint OwnCapabilities { get; set; } = VideoCapability.CaptureBit | VideoCapability.StreamingBit;

    public int RowPadding { get; set; }

    public uint BufferSize { get; set; } = 2_000_000;

    public ManualResetEventSlim? BlockOpen { get; set; }

    public VideoFormat Format { get; private set; }

    public double Rate { get; private set; }

    public int Opened { get; private set; }

    public int OpenNow => Volatile.Read(ref _open);

    public int MappedNow => Volatile.Read(ref _mapped);

    public int Waiting => _pictures.Count;

    public bool Streaming => _streaming;

    public List<string> Paths { get; } = [];

    /// <summary>The next picture.</summary>
    public void Show(byte[] bytes, bool damaged = false) => _pictures.Enqueue(new Picture(bytes, damaged));

    /// <summary>Every further dequeue fails so.</summary>
    public void FailDequeue(int error, int events = 0x1) => (_pollEvents, _dequeueError) = (events, error);

    public int Open(string path)
    {
        Paths.Add(path);
        BlockOpen?.Wait();
        if (OpenError != 0)
            return -OpenError;
        Opened++;
        Interlocked.Increment(ref _open);
        return Descriptor;
    }

    public void Close(int descriptor) => Interlocked.Decrement(ref _open);

    public IReadOnlyList<VideoNode> Nodes() => Files;

    public nint Map(int descriptor, uint offset, uint length)
    {
        Interlocked.Increment(ref _mapped);
        return _buffers[(int)offset / 4096].Address;
    }

    public void Unmap(nint address, uint length) => Interlocked.Decrement(ref _mapped);

    public int Wait(int descriptor, int milliseconds)
    {
        if (_dequeueError != 0)
            return _pollEvents;
        if (!_pictures.IsEmpty && _queued.Count > 0)
            return 1;
        Thread.Sleep(1);
        return 0;
    }

    public int Control(int descriptor, uint request, Span<byte> argument) =>
        request switch
        {
            VideoRequest.QueryCapability => Identify(ref As<VideoCapability>(argument)),
            VideoRequest.EnumerateFormats => Describe(ref As<FormatDescription>(argument)),
            VideoRequest.EnumerateSizes => Describe(ref As<FrameSizeEntry>(argument)),
            VideoRequest.EnumerateIntervals => Describe(ref As<FrameIntervalEntry>(argument)),
            VideoRequest.SetFormat => Set(ref As<VideoFormat>(argument)),
            VideoRequest.SetParameters => Set(ref As<StreamParameters>(argument)),
            VideoRequest.RequestBuffers => Allocate(ref As<BufferRequest>(argument)),
            VideoRequest.QueryBuffer => Describe(ref As<VideoBuffer>(argument)),
            VideoRequest.Queue => Queue(As<VideoBuffer>(argument)),
            VideoRequest.Dequeue => Dequeue(ref As<VideoBuffer>(argument)),
            VideoRequest.StreamOn => Stream(true),
            VideoRequest.StreamOff => Stream(false),
            VideoRequest.QueryControl => Describe(ref As<ControlQuery>(argument)),
            VideoRequest.QueryMenu => Describe(ref As<MenuQuery>(argument)),
            VideoRequest.GetControl => Get(ref As<ControlValue>(argument)),
            VideoRequest.SetControl => Set(As<ControlValue>(argument)),
            _ => -ErrorNumber.NotTerminal,
        };

    private static ref T As<T>(Span<byte> argument)
        where T : unmanaged => ref MemoryMarshal.AsRef<T>(argument);

    private static void Write(byte* target, string text) => Encoding.UTF8.GetBytes(text + '\0').CopyTo(new Span<byte>(target, 32));

    private int Identify(ref VideoCapability capability)
    {
        fixed (byte* card = capability.Card)
            Write(card, "Scripted Camera");
        capability.Capabilities = VideoCapability.CaptureBit | VideoCapability.StreamingBit | VideoCapability.DeviceCapabilitiesBit;
        capability.DeviceCapabilities = OwnCapabilities;
        return 0;
    }

    private int Describe(ref FormatDescription entry)
    {
        if (entry.Index >= Formats.Count)
            return -ErrorNumber.Invalid;
        entry.PixelFormat = FourCc.FromName(Formats[(int)entry.Index].Code);
        fixed (byte* description = entry.Description)
            Write(description, "Format\u0007 one");
        return 0;
    }

    private int Describe(ref FrameSizeEntry entry)
    {
        uint code = entry.PixelFormat;
        var sizes = Formats.Single(format => FourCc.FromName(format.Code) == code).Sizes;
        if (entry.Index >= sizes.Length)
            return -ErrorNumber.Invalid;
        (entry.Type, entry.MinWidth, entry.MaxWidth) = (1, (uint)sizes[entry.Index].Width, (uint)sizes[entry.Index].Height);
        return 0;
    }

    private int Describe(ref FrameIntervalEntry entry)
    {
        (uint code, uint width, uint height) = (entry.PixelFormat, entry.Width, entry.Height);
        double[] rates = Formats
            .Single(format => FourCc.FromName(format.Code) == code)
            .Sizes.Single(size => size.Width == width && size.Height == height)
            .Rates;
        if (entry.Index >= rates.Length)
            return -ErrorNumber.Invalid;
        (entry.Type, entry.MinNumerator, entry.MinDenominator) = (1, 1000, (uint)(rates[entry.Index] * 1000));
        return 0;
    }

    private int Set(ref VideoFormat format)
    {
        if (FormatError != 0)
            return -FormatError;
        if (format.BytesPerLine != 0 || format.SizeImage != 0)
            return -ErrorNumber.Invalid;
        uint perPixel = format.PixelFormat == FourCc.Yuyv ? 2u : 1u;
        format.BytesPerLine = FourCc.IsCompressed(format.PixelFormat) ? 0 : (format.Width * perPixel) + (uint)RowPadding;
        format.SizeImage = BufferSize;
        Format = format;
        return 0;
    }

    private int Set(ref StreamParameters parameters)
    {
        Rate = (double)parameters.Denominator / parameters.Numerator;
        return 0;
    }

    private int Allocate(ref BufferRequest request)
    {
        foreach ((nint address, _) in _buffers)
            NativeMemory.Free((void*)address);
        _buffers.Clear();
        _queued.Clear();
        for (uint i = 0; i < request.Count; i++)
            _buffers.Add(((nint)NativeMemory.AllocZeroed(BufferSize), BufferSize));
        return 0;
    }

    private int Describe(ref VideoBuffer buffer)
    {
        (buffer.Length, buffer.Offset) = (BufferSize, buffer.Index * 4096);
        return 0;
    }

    private int Queue(in VideoBuffer buffer)
    {
        if (_dequeueError is ErrorNumber.NoDevice)
            return -ErrorNumber.NoDevice;
        _queued.Enqueue(buffer.Index);
        return 0;
    }

    private int Dequeue(ref VideoBuffer buffer)
    {
        if (_dequeueError != 0)
            return -_dequeueError;
        if (!_streaming || _queued.Count == 0 || !_pictures.TryDequeue(out Picture? picture))
            return -ErrorNumber.Again;
        buffer.Index = _queued.Dequeue();
        buffer.Flags = picture.Damaged ? VideoBuffer.ErrorBit : 0;
        buffer.BytesUsed = (uint)picture.Bytes.Length;
        picture.Bytes.CopyTo(new Span<byte>((void*)_buffers[(int)buffer.Index].Address, (int)BufferSize));
        return 0;
    }

    private int Stream(bool on)
    {
        if (on && StreamError != 0)
            return -StreamError;
        _streaming = on;
        return 0;
    }

    private int Describe(ref ControlQuery query)
    {
        uint after = query.Id & ~ControlQuery.NextBit;
        int index = Controls.FindIndex(control => control.Id > after);
        if (index < 0)
            return -ErrorNumber.Invalid;
        (query.Id, string name, query.Type, query.Minimum, query.Maximum, _) = Controls[index];
        fixed (byte* text = query.Name)
            Write(text, name);
        query.Step = 1;
        return 0;
    }

    private int Describe(ref MenuQuery query)
    {
        uint id = query.Id;
        string[] choices = Controls.Single(control => control.Id == id).Choices;
        if (query.Index >= choices.Length || choices[query.Index].Length == 0)
            return -ErrorNumber.Invalid;
        fixed (byte* text = query.Name)
            Write(text, choices[query.Index]);
        return 0;
    }

    private static int Get(ref ControlValue value)
    {
        value.Value = 7;
        return 0;
    }

    private int Set(in ControlValue value)
    {
        Settings.Add((value.Id, value.Value));
        return 0;
    }

    private sealed record Picture(byte[] Bytes, bool Damaged);
}
