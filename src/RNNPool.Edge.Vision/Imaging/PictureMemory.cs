using System.Globalization;

namespace RNNPool.Edge.Vision.Imaging;

/// <summary>
/// Bounds the memory for the pixels of one picture, by the memory that this process may use: that of its control group or machine.
/// </summary>
internal static class PictureMemory
{
    private const long Mebibyte = 1024 * 1024;
    private const long Least = 64 * Mebibyte;
    private const int Share = 4; // of the memory is for one picture

    /// <summary>Most bytes of one picture in this process.</summary>
    public static long Limit { get; } = Compute(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);

    /// <summary>Most bytes of one picture.</summary>
    /// <param name="available">Bytes that the process may use.</param>
    public static long Compute(long available) => Math.Max(Least, available / Share);

    /// <summary>Refuses a picture whose pixels need more memory.</summary>
    /// <param name="name">Name for messages.</param>
    /// <param name="width">Width in pixels.</param>
    /// <param name="height">Height in pixels.</param>
    /// <param name="bytesPerPixel">Bytes of a pixel.</param>
    /// <param name="limit">Most bytes.</param>
    /// <exception cref="ImageException">It needs more.</exception>
    public static void Require(string name, int width, int height, int bytesPerPixel, long limit)
    {
        long bytes = (long)width * height * bytesPerPixel;
        if (bytes > limit)
        {
            throw new ImageException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{name}: the {width}x{height} pixels of the picture need {bytes / Mebibyte} MiB of memory to decode, more than the "
                        + $"{limit / Mebibyte} MiB that this machine has for one picture."
                )
            );
        }
    }
}
