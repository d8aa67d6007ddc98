namespace RNNPool.Edge.Web.Live;

/// <summary>One picture of the camera as viewers get it; all of them share the bytes.</summary>
/// <param name="Jpeg">The bytes of a JPEG file.</param>
/// <param name="Frame">Number of the frame.</param>
/// <param name="Time">When it was captured (UTC).</param>
internal sealed record LivePicture(byte[] Jpeg, long Frame, DateTime Time);

/// <summary>What a viewer looks at; viewers of the same look share one encoding.</summary>
/// <param name="Width">Widest picture in pixels.</param>
/// <param name="Boxes">Whether detections are drawn on it.</param>
internal readonly record struct LiveLook(int Width, bool Boxes)
{
    /// <summary>Narrowest and widest picture that may be asked for, in pixels.</summary>
    public const int MinWidth = 16,
        MaxWidth = 1920;

    private static readonly int[] Widths = [160, 320, 480, 640, 960, 1280, MaxWidth];

    /// <summary>The look for a width that was asked for. There are few, so that few encodings serve everybody.</summary>
    public static LiveLook For(int width, bool boxes) => new(Widths.First(known => known >= Math.Min(width, MaxWidth)), boxes);
}
