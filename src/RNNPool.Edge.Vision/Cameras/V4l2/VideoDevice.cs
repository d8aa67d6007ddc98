using System.Globalization;
using System.Runtime.InteropServices;

namespace RNNPool.Edge.Vision.Cameras.V4l2;

/// <summary>An open video device: its capabilities and its settings. Used by one thread.</summary>
internal sealed class VideoDevice : IDisposable
{
    /// <summary>The kind of buffers: single-planar video capture.</summary>
    public const uint Capture = 1;

    private readonly IVideoKernel _kernel;
    private readonly int _descriptor;

    private VideoDevice(IVideoKernel kernel, int descriptor, string name)
    {
        _kernel = kernel;
        _descriptor = descriptor;
        Name = name;
    }

    /// <summary>The source, for messages.</summary>
    public string Name { get; }

    /// <summary>Name of the camera in the driver.</summary>
    public string Card { get; private set; } = "";

    /// <summary>The bus that it is connected to.</summary>
    public string Bus { get; private set; } = "";

    /// <summary>Whether it can capture pictures into mapped buffers.</summary>
    public bool CanCapture { get; private set; }

    /// <summary>Opens a device and queries its capabilities.</summary>
    /// <exception cref="CameraException">It cannot be opened, or is no video device.</exception>
    public static VideoDevice Open(IVideoKernel kernel, string path, string name)
    {
        int descriptor = kernel.Open(path);
        if (descriptor < 0)
            throw VideoFailure.Open(kernel, name, -descriptor);
        var device = new VideoDevice(kernel, descriptor, name);
        try
        {
            device.Identify();
            return device;
        }
        catch
        {
            device.Dispose();
            throw;
        }
    }

    /// <summary>Sets a control.</summary>
    /// <exception cref="CameraException">The driver refuses.</exception>
    public void Set(VideoControl control, int value)
    {
        var setting = new ControlValue { Id = control.Id, Value = value };
        int result = Control(VideoRequest.SetControl, ref setting);
        if (result >= 0)
            return;
        throw result is -ErrorNumber.OutOfRange or -ErrorNumber.Invalid
            ? new CameraException(FormattableString.Invariant($"{Name}: the camera does not take {value} for {control.Name}."))
            : Failure($"setting {control.Name}", -result);
    }

    /// <summary>Sets format and size; the driver may change the size.</summary>
    /// <exception cref="CameraException">It refuses, or gives another format.</exception>
    public VideoFormat SetFormat(in VideoMode mode)
    {
        // Everything else is zero: a driver keeps row lengths and picture sizes that it is given.
        var format = new VideoFormat
        {
            Type = Capture,
            Width = (uint)mode.Width,
            Height = (uint)mode.Height,
            PixelFormat = mode.Code,
            Field = 1,
        };
        Require(VideoRequest.SetFormat, ref format, "setting the picture format");
        if (format.PixelFormat == mode.Code && format.Width is > 0 and <= 16384 && format.Height is > 0 and <= 16384)
            return format;
        throw new CameraException(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{Name}: asked for {FourCc.Name(mode.Code)} {mode.Width}x{mode.Height}, "
                    + $"the camera gives {FourCc.Name(format.PixelFormat)} {format.Width}x{format.Height}."
            )
        );
    }

    /// <summary>Requests a rate. Returns the rate that the driver reports, 0 when it reports none.</summary>
    public double SetRate(double rate)
    {
        var parameters = new StreamParameters
        {
            Type = Capture,
            Capability = StreamParameters.TimePerFrameBit,
            Numerator = 1000,
            Denominator = (uint)Math.Round(rate * 1000),
        };
        bool set = Control(VideoRequest.SetParameters, ref parameters) >= 0;
        return set && parameters is { Numerator: > 0, Denominator: > 0 } ? (double)parameters.Denominator / parameters.Numerator : 0;
    }

    /// <summary>Starts the stream.</summary>
    /// <exception cref="CameraException">The driver refuses.</exception>
    public VideoStream Start(int buffers) => VideoStream.Start(this, _kernel, _descriptor, buffers);

    /// <summary>An ioctl that must succeed.</summary>
    /// <exception cref="CameraException">It failed.</exception>
    public void Require<T>(uint request, ref T argument, string doing)
        where T : unmanaged
    {
        int result = Control(request, ref argument);
        if (result < 0)
            throw Failure(doing, -result);
    }

    /// <summary>An ioctl; returns a negative error number when it fails.</summary>
    public int Control<T>(uint request, ref T argument)
        where T : unmanaged => _kernel.Control(_descriptor, request, MemoryMarshal.AsBytes(new Span<T>(ref argument)));

    /// <summary>The exception for an error number, with a message for the user.</summary>
    public CameraException Failure(string doing, int error) => VideoFailure.Control(Name, doing, error);

    public void Dispose() => _kernel.Close(_descriptor);

    private unsafe void Identify()
    {
        var capability = default(VideoCapability);
        if (Control(VideoRequest.QueryCapability, ref capability) < 0)
            throw new CameraException($"{Name}: this is not a video device.") { Fix = "'rnnpool-edge cameras' lists the video devices." };
        Card = KernelText.Read(new ReadOnlySpan<byte>(capability.Card, 32));
        Bus = KernelText.Read(new ReadOnlySpan<byte>(capability.BusInfo, 32));

        // One camera has several files; the one for its metadata shares the others' capabilities, but not its own.
        uint own =
            (capability.Capabilities & VideoCapability.DeviceCapabilitiesBit) != 0
                ? capability.DeviceCapabilities
                : capability.Capabilities;
        const uint Needed = VideoCapability.CaptureBit | VideoCapability.StreamingBit;
        CanCapture = (own & Needed) == Needed;
    }
}
