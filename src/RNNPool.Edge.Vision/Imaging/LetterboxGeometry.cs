using RNNPool.Edge.Models.Arch;
using RNNPool.Edge.Vision.Geometry;

namespace RNNPool.Edge.Vision.Imaging;

/// <summary>
/// Position of a picture in a network's input: centred with its proportions kept, or stretched over the whole input.
/// </summary>
/// <param name="SourceWidth">Width of the picture in pixels.</param>
/// <param name="SourceHeight">Height of the picture in pixels.</param>
/// <param name="X">Left edge of the picture in the input, in input pixels.</param>
/// <param name="Y">Upper edge of the picture in the input.</param>
/// <param name="Width">Width of the picture in the input, at least 1.</param>
/// <param name="Height">Height of the picture in the input, at least 1.</param>
public readonly record struct LetterboxGeometry(int SourceWidth, int SourceHeight, int X, int Y, int Width, int Height)
{
    /// <summary>Whether the picture is not enlarged.</summary>
    public bool Shrinks => Width <= SourceWidth && Height <= SourceHeight;

    /// <summary>Fits a picture into a network's input in the way that the input specifies.</summary>
    public static LetterboxGeometry Fit(int sourceWidth, int sourceHeight, InputSpec input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return input.Fit == InputFit.Stretch
            ? new LetterboxGeometry(sourceWidth, sourceHeight, 0, 0, input.Width, input.Height)
            : Fit(sourceWidth, sourceHeight, input.Width, input.Height);
    }

    /// <summary>Fits a picture into the middle of an input, with its proportions kept.</summary>
    public static LetterboxGeometry Fit(int sourceWidth, int sourceHeight, int inputWidth, int inputHeight)
    {
        double scale = Math.Min((double)inputWidth / sourceWidth, (double)inputHeight / sourceHeight);
        int width = Math.Clamp((int)Math.Floor((sourceWidth * scale) + 0.5), 1, inputWidth);
        int height = Math.Clamp((int)Math.Floor((sourceHeight * scale) + 0.5), 1, inputHeight);
        return new LetterboxGeometry(sourceWidth, sourceHeight, (inputWidth - width) / 2, (inputHeight - height) / 2, width, height);
    }

    /// <summary>A box in input pixels as a box in pixels of the picture, clipped to it; empty when it lies outside.</summary>
    public BoundingBox ToSource(in BoundingBox box)
    {
        float scaleX = (float)SourceWidth / Width,
            scaleY = (float)SourceHeight / Height;
        float left = Math.Clamp((box.X - X) * scaleX, 0, SourceWidth),
            right = Math.Clamp((box.Right - X) * scaleX, 0, SourceWidth);
        float top = Math.Clamp((box.Y - Y) * scaleY, 0, SourceHeight),
            bottom = Math.Clamp((box.Bottom - Y) * scaleY, 0, SourceHeight);
        return new BoundingBox(left, top, right - left, bottom - top);
    }
}
