namespace RNNPool.Edge.Vision.Frames;

/// <summary>Sizes of rows and planes.</summary>
public static class PixelFormats
{
    /// <summary>Bytes in one tightly packed row of the first plane.</summary>
    public static int RowBytes(PixelFormat format, int width) =>
        format switch
        {
            PixelFormat.Gray8 or PixelFormat.Nv12 or PixelFormat.I420 => width,
            PixelFormat.Rgb24 or PixelFormat.Bgr24 => checked(width * 3),
            PixelFormat.Rgba32 or PixelFormat.Bgra32 => checked(width * 4),
            PixelFormat.Yuyv => checked((width + 1) / 2 * 4),
            _ => throw new ArgumentOutOfRangeException(nameof(format), format, "Unknown pixel format."),
        };

    /// <summary>Bytes of a whole picture, chroma planes included.</summary>
    public static int ByteCount(PixelFormat format, int height, int stride)
    {
        int chroma = format switch
        {
            PixelFormat.Nv12 => (stride + 1) / 2 * 2 * ((height + 1) / 2),
            PixelFormat.I420 => (stride + 1) / 2 * ((height + 1) / 2) * 2,
            _ => 0,
        };
        return checked((stride * height) + chroma);
    }
}
