namespace RNNPool.Edge.Web.Live;

/// <summary>An encoded picture; all viewers share its bytes.</summary>
/// <param name="Jpeg">The bytes of a JPEG file.</param>
/// <param name="Frame">Number of the frame.</param>
/// <param name="Time">When it was captured (UTC).</param>
internal sealed record LivePicture(byte[] Jpeg, long Frame, DateTime Time);

/// <summary>Size and content of a viewer's pictures. Viewers of the same format share one encoding.</summary>
/// <param name="Width">Widest picture in pixels.</param>
/// <param name="Boxes">Whether detections are drawn on it.</param>
internal readonly record struct LiveFormat(int Width, bool Boxes)
{
    /// <summary>Narrowest and widest picture, in pixels.</summary>
    public const int MinWidth = 16,
        MaxWidth = 1920;

    /// <summary>Width when a viewer requests none, in pixels.</summary>
    public const int DefaultWidth = 640;

    private static readonly int[] Widths = [160, 320, 480, 640, 960, 1280, MaxWidth];

    /// <summary>Returns the format for a requested width. There are few widths, so that viewers share encodings.</summary>
    public static LiveFormat For(int width, bool boxes) => new(Widths.First(known => known >= Math.Min(width, MaxWidth)), boxes);
}
