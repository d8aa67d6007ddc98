using System.Runtime.InteropServices;
using System.Text;

namespace RNNPool.Edge.Vision.Cameras.V4l2;

/// <summary>An open video device: its capabilities and its settings. Used by one thread.</summary>
internal sealed class VideoDevice : IDisposable
{
    /// <summary>The kind of buffers: single-planar video capture.</summary>
    public const uint Capture = 1;

    // Bounds for drivers whose enumerations do not end.
    private const int MaxFormats = 64;
    private const int MaxSizes = 256;
    private const int MaxRates = 64;
    private const int MaxControls = 256;
    private const int MaxChoices = 64;

    private static readonly (int Width, int Height)[] UsualSizes =
    [
        (160, 120),
        (320, 240),
        (640, 480),
        (800, 600),
        (1280, 720),
        (1920, 1080),
        (2560, 1440),
        (3840, 2160),
    ];

    private readonly IVideoKernel _kernel;
    private readonly int _descriptor;

    private VideoDevice(IVideoKernel kernel, int descriptor, string name)
    {
        (_kernel, _descriptor, Name) = (kernel, descriptor, name);
    }

    /// <summary>The source, for messages.</summary>
    public string Name { get; }

    /// <summary>Name of the camera in the driver.</summary>
    public string Card { get; private set; } = "";

    /// <summary>The driver.</summary>
    public string Driver { get; private set; } = "";

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
            throw OpenFailure(kernel, name, -descriptor);
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

    /// <summary>The formats with their sizes and rates.</summary>
    public IReadOnlyList<VideoFormatChoice> Formats()
    {
        var formats = new List<VideoFormatChoice>();
        for (uint i = 0; i < MaxFormats; i++)
        {
            var description = new FormatDescription { Index = i, Type = Capture };
            if (Control(VideoRequest.EnumerateFormats, ref description) < 0)
                break;
            formats.Add(new VideoFormatChoice(description.PixelFormat, TextOf(ref description), Sizes(description.PixelFormat)));
        }

        return formats;
    }

    /// <summary>The controls that can be set.</summary>
    public IReadOnlyList<VideoControl> Controls()
    {
        var controls = new List<VideoControl>();
        uint last = 0;
        for (int i = 0; i < MaxControls; i++)
        {
            var query = new ControlQuery { Id = last | ControlQuery.NextBit };
            if (Control(VideoRequest.QueryControl, ref query) < 0 || query.Id <= last)
                break;
            last = query.Id;
            bool usable =
                (query.Flags & (ControlQuery.DisabledBit | ControlQuery.ReadOnlyBit)) == 0 && Enum.IsDefined((VideoControlKind)query.Type);
            if (usable)
                controls.Add(Describe(ref query));
        }

        return controls;
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
            FormattableString.Invariant(
                $"{Name}: asked for {FourCc.Name(mode.Code)} {mode.Width}x{mode.Height}, the camera gives {FourCc.Name(format.PixelFormat)} {format.Width}x{format.Height}."
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
    public CameraException Failure(string doing, int error) =>
        error switch
        {
            ErrorNumber.Busy => new CameraException($"{Name}: another program uses the camera.")
            {
                Fix = "End it; 'fuser -v /dev/video*' shows which program it is.",
            },
            ErrorNumber.NoDevice or ErrorNumber.NoSuchDeviceOrAddress => new CameraException(
                $"{Name}: the camera was unplugged, or its driver has given up."
            ),
            _ => new CameraException($"{Name}: {doing} failed ({Marshal.GetPInvokeErrorMessage(error)})."),
        };

    public void Dispose() => _kernel.Close(_descriptor);

    private static CameraException OpenFailure(IVideoKernel kernel, string name, int error) =>
        error switch
        {
            ErrorNumber.NoEntry or ErrorNumber.NoDevice or ErrorNumber.NoSuchDeviceOrAddress => new CameraException(
                $"{name}: there is no such device; {Present(kernel)}"
            )
            {
                Fix = "Plug the camera in, or choose another one; 'rnnpool-edge cameras' lists them.",
            },
            ErrorNumber.NoPermission or 1 => new CameraException($"{name}: no permission to open it.")
            {
                Fix =
                    "Add the user to the group video: sudo usermod -aG video $USER, then log in again (for a service: SupplementaryGroups=video).",
            },
            ErrorNumber.Busy => new CameraException($"{name}: another program uses the camera.")
            {
                Fix = "End it; 'fuser -v /dev/video*' shows which program it is.",
            },
            _ => new CameraException($"{name}: cannot be opened ({Marshal.GetPInvokeErrorMessage(error)})."),
        };

    private static string Present(IVideoKernel kernel)
    {
        IReadOnlyList<VideoNode> nodes = kernel.Nodes();
        return nodes.Count == 0
            ? "this machine has no video device."
            : $"there are {string.Join(", ", nodes.Take(8).Select(node => node.Name.Length > 0 ? $"{node.Path} ({node.Name})" : node.Path))}.";
    }

    private static unsafe string TextOf(ref FormatDescription description)
    {
        fixed (byte* text = description.Description)
            return TextOf(new ReadOnlySpan<byte>(text, 32));
    }

    private static string TextOf(ReadOnlySpan<byte> bytes)
    {
        int end = bytes.IndexOf((byte)0);
        return string.Concat(Encoding.UTF8.GetString(end < 0 ? bytes : bytes[..end]).Select(c => char.IsControl(c) ? '?' : c));
    }

    private unsafe void Identify()
    {
        var capability = default(VideoCapability);
        if (Control(VideoRequest.QueryCapability, ref capability) < 0)
            throw new CameraException($"{Name}: this is no video device.") { Fix = "'rnnpool-edge cameras' lists the video devices." };
        (Card, Driver, Bus) = (
            TextOf(new ReadOnlySpan<byte>(capability.Card, 32)),
            TextOf(new ReadOnlySpan<byte>(capability.Driver, 16)),
            TextOf(new ReadOnlySpan<byte>(capability.BusInfo, 32))
        );

        // One camera has several files; the one for its metadata shares the others' capabilities, but not its own.
        uint own =
            (capability.Capabilities & VideoCapability.DeviceCapabilitiesBit) != 0
                ? capability.DeviceCapabilities
                : capability.Capabilities;
        const uint Needed = VideoCapability.CaptureBit | VideoCapability.StreamingBit;
        CanCapture = (own & Needed) == Needed;
    }

    private List<VideoSize> Sizes(uint format)
    {
        var sizes = new List<VideoSize>();
        for (uint i = 0; i < MaxSizes; i++)
        {
            var entry = new FrameSizeEntry { Index = i, PixelFormat = format };
            if (Control(VideoRequest.EnumerateSizes, ref entry) < 0)
                break;
            if (entry.Type == FrameSizeEntry.Discrete)
            {
                Add(entry.MinWidth, entry.MaxWidth);
                continue;
            }

            // A range: the usual sizes within it are a sufficient choice.
            foreach ((int width, int height) in UsualSizes)
            {
                if (
                    Fits((uint)width, entry.MinWidth, entry.MaxWidth, entry.StepWidth)
                    && Fits((uint)height, entry.MinHeight, entry.MaxHeight, entry.StepHeight)
                )
                    Add((uint)width, (uint)height);
            }

            if (sizes.Count == 0)
                Add(entry.MaxWidth, entry.MaxHeight);
            break;
        }

        return sizes;

        void Add(uint width, uint height)
        {
            if (width is > 0 and <= 16384 && height is > 0 and <= 16384)
                sizes.Add(new VideoSize((int)width, (int)height, Rates(format, width, height)));
        }
    }

    private static bool Fits(uint value, uint minimum, uint maximum, uint step) =>
        value >= minimum && value <= maximum && (step <= 1 || (value - minimum) % step == 0);

    private List<double> Rates(uint format, uint width, uint height)
    {
        var rates = new List<double>();
        for (uint i = 0; i < MaxRates; i++)
        {
            var entry = new FrameIntervalEntry
            {
                Index = i,
                PixelFormat = format,
                Width = width,
                Height = height,
            };
            if (Control(VideoRequest.EnumerateIntervals, ref entry) < 0)
                break;
            if (entry.MinNumerator > 0)
                rates.Add((double)entry.MinDenominator / entry.MinNumerator);
            if (entry.Type == FrameIntervalEntry.Discrete)
                continue;
            double fastest = rates.Count > 0 ? rates[^1] : 0,
                slowest = entry.MaxNumerator > 0 ? (double)entry.MaxDenominator / entry.MaxNumerator : fastest;
            foreach (double usual in (ReadOnlySpan<double>)[60, 30, 25, 20, 15, 10, 5, 2, 1])
            {
                if (usual < fastest && usual >= slowest)
                    rates.Add(usual);
            }

            break;
        }

        rates.Sort((a, b) => b.CompareTo(a));
        return rates;
    }

    private unsafe VideoControl Describe(ref ControlQuery query)
    {
        string name;
        fixed (byte* text = query.Name)
            name = TextOf(new ReadOnlySpan<byte>(text, 32));
        int? value = null;
        var present = new ControlValue { Id = query.Id };
        var kind = (VideoControlKind)query.Type;
        bool readable = kind != VideoControlKind.Button && (query.Flags & ControlQuery.WriteOnlyBit) == 0;
        if (readable && Control(VideoRequest.GetControl, ref present) >= 0)
            value = present.Value;
        return new VideoControl(
            query.Id,
            VideoControl.NameOf(name),
            kind,
            query.Minimum,
            query.Maximum,
            query.Step,
            query.Default,
            value,
            (query.Flags & ControlQuery.InactiveBit) != 0,
            kind is VideoControlKind.Menu or VideoControlKind.NumberMenu
                ? Choices(query.Id, kind, query.Minimum, query.Maximum)
                : new Dictionary<int, string>()
        );
    }

    private unsafe Dictionary<int, string> Choices(uint id, VideoControlKind kind, int minimum, int maximum)
    {
        var choices = new Dictionary<int, string>();
        for (int i = Math.Max(0, minimum); i <= maximum && i < minimum + MaxChoices; i++)
        {
            var query = new MenuQuery { Id = id, Index = (uint)i };
            if (Control(VideoRequest.QueryMenu, ref query) < 0)
                continue;
            var bytes = new ReadOnlySpan<byte>(query.Name, 32);
            choices[i] =
                kind == VideoControlKind.Menu
                    ? TextOf(bytes)
                    : BitConverter.ToInt64(bytes).ToString(System.Globalization.CultureInfo.InvariantCulture);
        }

        return choices;
    }
}
