using RNNPool.Edge.Vision.Frames;

namespace RNNPool.Edge.Vision.Cameras.V4l2;

/// <summary>Pixel formats by the kernel's four-character codes.</summary>
internal static class FourCc
{
    public static readonly uint Grey = FromName("GREY");
    public static readonly uint Nv12 = FromName("NV12");
    public static readonly uint Yu12 = FromName("YU12");
    public static readonly uint Yuyv = FromName("YUYV");
    public static readonly uint Mjpg = FromName("MJPG");
    public static readonly uint Jpeg = FromName("JPEG");

    /// <summary>The supported formats, the cheapest first.</summary>
    public static readonly uint[] Known = [Grey, Nv12, Yu12, Yuyv, Mjpg, Jpeg];

    public static uint FromName(string name) => name[0] | ((uint)name[1] << 8) | ((uint)name[2] << 16) | ((uint)name[3] << 24);

    /// <summary>The four characters, trimmed; characters that cannot be shown become question marks.</summary>
    public static string Name(uint code) =>
        new string([Printable(code), Printable(code >> 8), Printable(code >> 16), Printable(code >> 24)]).TrimEnd();

    public static bool IsCompressed(uint code) => code == Mjpg || code == Jpeg;

    /// <summary>The pixel format of an uncompressed code.</summary>
    public static PixelFormat ToPixelFormat(uint code) =>
        code == Grey ? PixelFormat.Gray8
        : code == Nv12 ? PixelFormat.Nv12
        : code == Yu12 ? PixelFormat.I420
        : PixelFormat.Yuyv;

    private static char Printable(uint code) => (code & 0x7F) is >= 32 and < 127 and var c ? (char)c : '?';
}

/// <summary>One size of a format, with its rates.</summary>
/// <param name="Width">Width in pixels.</param>
/// <param name="Height">Height in pixels.</param>
/// <param name="Rates">Frames per second, descending; empty when the driver does not report them.</param>
internal sealed record VideoSize(int Width, int Height, IReadOnlyList<double> Rates);

/// <summary>One format of a device.</summary>
/// <param name="Code">Its four characters as a number.</param>
/// <param name="Description">Its name in the driver.</param>
/// <param name="Sizes">The sizes; empty when the driver does not report them.</param>
internal sealed record VideoFormatChoice(uint Code, string Description, IReadOnlyList<VideoSize> Sizes);

/// <summary>The mode that is requested from a device.</summary>
/// <param name="Code">Pixel format.</param>
/// <param name="Width">Width in pixels.</param>
/// <param name="Height">Height in pixels.</param>
/// <param name="Rate">Frames per second.</param>
internal readonly record struct VideoMode(uint Code, int Width, int Height, double Rate)
{
    private const double Slack = 0.02; // 9.99 frames per second are ten

    /// <summary>
    /// The best match: a format that reaches the rate, the size that is closest to the requested one (larger rather than smaller),
    /// then the format that costs least. Null when the device has no supported format, or not the requested one.
    /// </summary>
    public static VideoMode? Choose(IEnumerable<VideoFormatChoice> formats, uint? format, int width, int height, double rate)
    {
        var modes = new List<(VideoMode Mode, int Slow, double Distance, int Cost)>();
        foreach (VideoFormatChoice choice in formats)
        {
            int cost = Array.IndexOf(FourCc.Known, choice.Code);
            if (cost < 0 || (format is not null && format != choice.Code))
                continue;
            IEnumerable<VideoSize> sizes = choice.Sizes.Count > 0 ? choice.Sizes : [new VideoSize(width, height, [])];
            foreach (VideoSize size in sizes)
            {
                double best = RateOf(size.Rates, rate);
                modes.Add(
                    (
                        new VideoMode(choice.Code, size.Width, size.Height, best),
                        best >= rate * (1 - Slack) ? 0 : 1,
                        DistanceOf(size, width, height),
                        cost
                    )
                );
            }
        }

        return modes.Count == 0
            ? null
            : modes
                .OrderBy(mode => mode.Slow)
                .ThenBy(mode => mode.Distance)
                .ThenBy(mode => mode.Cost)
                .ThenByDescending(mode => mode.Mode.Rate)
                .First()
                .Mode;
    }

    // The lowest sufficient rate: at a lower rate a camera gathers more light and needs less of the bus.
    private static double RateOf(IReadOnlyList<double> rates, double wanted)
    {
        double[] enough = [.. rates.Where(rate => rate >= wanted * (1 - Slack))];
        return enough.Length > 0 ? enough.Min()
            : rates.Count > 0 ? rates.Max()
            : wanted;
    }

    // Missing pixels count twice, because missing detail cannot be restored.
    private static double DistanceOf(VideoSize size, int width, int height)
    {
        double x = Math.Log((double)size.Width / width),
            y = Math.Log((double)size.Height / height);
        return (x < 0 ? -2 * x : x) + (y < 0 ? -2 * y : y);
    }
}
