namespace RNNPool.Edge.Vision.Cameras.V4l2;

/// <summary>
/// <c>v4l2:/dev/video0?width=640&amp;height=480&amp;rate=10&amp;format=auto&amp;reduce=auto&amp;buffers=4</c>: a USB camera or another
/// device of the kernel's video interface. The device is a path, a name under /dev/v4l/by-id, or empty for the first camera.
/// </summary>
public sealed class V4l2CameraProvider : ICameraProvider
{
    private readonly IVideoKernel _kernel;

    /// <summary>Cameras of this machine.</summary>
    public V4l2CameraProvider()
        : this(LinuxVideoKernel.Instance) { }

    internal V4l2CameraProvider(IVideoKernel kernel) => _kernel = kernel;

    /// <inheritdoc/>
    public string Scheme => "v4l2";

    /// <inheritdoc/>
    public string Example => "v4l2:/dev/video0?width=640&height=480";

    /// <inheritdoc/>
    public ICamera Create(CameraSource source, CameraContext context)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(context);
        source.RequireOnly("width", "height", "rate", "format", "reduce", "buffers");
        if (source.Target.Contains("..", StringComparison.Ordinal) || source.Target.Any(char.IsControl))
            throw new CameraException($"{source.DisplayName}: this is not the name of a device.");
        return new V4l2Camera(
            source.DisplayName,
            new V4l2Options(
                source.Target,
                source.WholeNumber("width", context.Requirements.Enlarge(640), 16, 8192),
                source.WholeNumber("height", context.Requirements.Enlarge(480), 16, 8192),
                source.Number("rate", context.Requirements.Rate, 0.1, 240),
                Format(source),
                Reduction(source),
                source.WholeNumber("buffers", 4, 2, 16)
            ),
            _kernel,
            context
        );
    }

    private static uint? Format(CameraSource source)
    {
        string text = source.Parameters.GetValueOrDefault("format", "auto").ToUpperInvariant();
        if (text == "AUTO")
            return null;
        string name = text switch
        {
            "GRAY" or "GRAY8" => "GREY",
            "I420" => "YU12",
            "MJPEG" => "MJPG",
            _ => text,
        };
        uint code = FourCc.Known.FirstOrDefault(known => FourCc.Name(known) == name);
        return code != 0
            ? code
            : throw new CameraException(
                $"{source.DisplayName}: format is '{source.Parameters["format"]}'; "
                    + $"it must be auto, {string.Join(", ", FourCc.Known.Select(FourCc.Name))}."
            );
    }

    private static int Reduction(CameraSource source)
    {
        if (source.Parameters.GetValueOrDefault("reduce", "auto") == "auto")
            return 0;
        int reduction = source.WholeNumber("reduce", 1, 1, 8);
        return reduction is 1 or 2 or 4 or 8
            ? reduction
            : throw new CameraException($"{source.DisplayName}: reduce is {reduction}; it must be auto, 1, 2, 4 or 8.");
    }
}

/// <summary>The parameters of a <c>v4l2:</c> source.</summary>
/// <param name="Device">A path, a name under /dev/v4l/by-id, or empty.</param>
/// <param name="Width">Requested width in pixels.</param>
/// <param name="Height">Requested height in pixels.</param>
/// <param name="Rate">Requested frames per second.</param>
/// <param name="Format">The pixel format; null for the best one.</param>
/// <param name="Reduction">
/// Divisor of the size at which compressed pictures are decoded: 1, 2, 4, 8, or 0 for the largest that their use allows.
/// </param>
/// <param name="Buffers">Number of buffers that are requested from the driver.</param>
internal sealed record V4l2Options(string Device, int Width, int Height, double Rate, uint? Format, int Reduction, int Buffers);
