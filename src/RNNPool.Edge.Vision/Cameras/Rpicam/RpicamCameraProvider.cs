using System.Globalization;
using RNNPool.Edge.Vision.Cameras.Processes;
using RNNPool.Edge.Vision.Frames;

namespace RNNPool.Edge.Vision.Cameras.Rpicam;

/// <summary>
/// <c>rpicam:0?width=640&amp;height=480&amp;rate=10&amp;rotation=0&amp;stride=0</c>: a camera on a Raspberry Pi's ribbon cable, through the
/// child process rpicam-vid. <c>stride</c> is the bytes of one row of its output, 0 for the width rounded up to 64, the layout of
/// the image processors of the Raspberry Pi.
/// </summary>
public sealed class RpicamCameraProvider : ICameraProvider
{
    private const int StrideAlignment = 64;

    /// <inheritdoc/>
    public string Scheme => "rpicam";

    /// <inheritdoc/>
    public string Example => "rpicam:0?width=640&height=480";

    /// <summary>The names of the program; tests replace them.</summary>
    internal string[] Programs { get; init; } = ["rpicam-vid", "libcamera-vid"];

    /// <summary>Changes the command of the child; for tests.</summary>
    internal Func<ProcessCommand, ProcessCommand> Adjust { get; init; } = static command => command;

    /// <inheritdoc/>
    public ICamera Create(CameraSource source, CameraContext context)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(context);
        source.RequireOnly("width", "height", "rate", "rotation", "stride");
        int index = 0;
        if (
            source.Target.Length > 0
            && (!int.TryParse(source.Target, NumberStyles.None, CultureInfo.InvariantCulture, out index) || index > 15)
        )
            throw new CameraException(
                $"{source.DisplayName}: the camera must be a number from 0 to 15, as rpicam-hello --list-cameras counts them."
            );
        (int width, int height) = (
            source.WholeNumber("width", context.Requirements.Enlarge(640), 64, 8192),
            source.WholeNumber("height", context.Requirements.Enlarge(480), 64, 8192)
        );
        if (width % 2 != 0 || height % 2 != 0)
            throw new CameraException($"{source.DisplayName}: width and height must be even; they are {width} and {height}.");
        int stride = source.WholeNumber("stride", 0, 0, 16384);
        if (stride == 0)
            stride = (width + StrideAlignment - 1) / StrideAlignment * StrideAlignment;
        if (stride < width || stride % 2 != 0)
            throw new CameraException($"{source.DisplayName}: stride is {stride}; it must be even and at least the width {width}.");
        int rotation = source.WholeNumber("rotation", 0, 0, 180);
        if (rotation is not (0 or 180))
            throw new CameraException($"{source.DisplayName}: rotation is {rotation}; it must be 0 or 180.");
        double rate = source.Number("rate", context.Requirements.Rate, 0.1, 200);

        string[] arguments =
        [
            "--camera",
            Text(index),
            "--timeout",
            "0",
            "--nopreview",
            "--codec",
            "yuv420",
            "--width",
            Text(width),
            "--height",
            Text(height),
            "--framerate",
            Text(rate),
            "--rotation",
            Text(rotation),
            "--flush",
            "--output",
            "-",
        ];
        var reader = new RawFrameReader(source.DisplayName, width, height, stride, PixelFormat.I420);
        return new ProcessCamera(source.DisplayName, () => Command(source, arguments), reader, rate, finite: false, Fix, context);
    }

    private static string Text(IFormattable value) => value.ToString(null, CultureInfo.InvariantCulture);

    private ProcessCommand Command(CameraSource source, string[] arguments)
    {
        string program = ProgramFinder.Find(Programs)
            ?? throw new CameraException($"{source.DisplayName}: {Programs[0]} is not installed.")
            {
                Fix = "Install the package rpicam-apps-lite of Raspberry Pi OS: sudo apt install rpicam-apps-lite",
            };
        return Adjust(new ProcessCommand(program, arguments));
    }

    private static string? Fix(string reason)
    {
        if (reason.Contains("no camera", StringComparison.OrdinalIgnoreCase))
            return "Check the ribbon cable at both ends (contacts and latch), then run: rpicam-hello --list-cameras";
        if (reason.Contains("acquire", StringComparison.OrdinalIgnoreCase) || reason.Contains("busy", StringComparison.OrdinalIgnoreCase))
            return "End the other program that uses the camera; 'fuser -v /dev/media*' shows it.";
        if (reason.Contains("permission", StringComparison.OrdinalIgnoreCase))
            return "Add the user to the group video: sudo usermod -aG video $USER, then log in again.";
        if (reason.Contains("timeout", StringComparison.OrdinalIgnoreCase))
            return "Check the ribbon cable and the power supply; the camera stopped sending frames.";
        return null;
    }
}
