namespace RNNPool.Edge.Vision.Frames;

/// <summary>Layout of the bytes of a <see cref="Frame"/>.</summary>
public enum PixelFormat
{
    /// <summary>One byte per pixel, 0 black to 255 white.</summary>
    Gray8,

    /// <summary>Three bytes per pixel: red, green, blue.</summary>
    Rgb24,

    /// <summary>Three bytes per pixel: blue, green, red.</summary>
    Bgr24,

    /// <summary>Four bytes per pixel: red, green, blue, alpha (ignored).</summary>
    Rgba32,

    /// <summary>Four bytes per pixel: blue, green, red, alpha (ignored).</summary>
    Bgra32,

    /// <summary>Two bytes per pixel: Y0 Cb Y1 Cr. V4L2's YUYV.</summary>
    Yuyv,

    /// <summary>Planar: Y at full size, then Cb and Cr interleaved at half size. Only Y is read.</summary>
    Nv12,

    /// <summary>Planar: Y at full size, then Cb, then Cr at half size. Only Y is read.</summary>
    I420,
}
