using System.Globalization;

namespace RNNPool.Edge.Vision.Imaging;

/// <summary>A part of a picture, in shares of its width and height.</summary>
/// <param name="X">Left edge, 0 to 1.</param>
/// <param name="Y">Upper edge, 0 to 1.</param>
/// <param name="Width">Width, at most 1 - <paramref name="X"/>.</param>
/// <param name="Height">Height, at most 1 - <paramref name="Y"/>.</param>
public readonly record struct CropArea(double X, double Y, double Width, double Height)
{
    /// <summary>Smallest width and height.</summary>
    public const double MinSide = 0.05;

    /// <summary>Pattern of the notation, for the schema of the settings.</summary>
    public const string Pattern = @"^(?:\s*$|(?:[01](?:\.[0-9]{1,6})?|\.[0-9]{1,6})(?:[ ,]+(?:[01](?:\.[0-9]{1,6})?|\.[0-9]{1,6})){3}$)";

    // Shares that are written with few digits may exceed the picture by their rounding.
    private const double Tolerance = 1e-3;

    /// <summary>The whole picture.</summary>
    public static CropArea Whole { get; } = new(0, 0, 1, 1);

    /// <summary>Parses <c>x y width height</c>, separated by spaces or commas. An empty text is the whole picture.</summary>
    /// <returns>False when the text is no such area, or the area is not within the picture.</returns>
    public static bool TryParse(string? text, out CropArea area)
    {
        area = Whole;
        string[] words = (text ?? "").Split([' ', ','], StringSplitOptions.RemoveEmptyEntries);
        if (words.Length == 0)
            return true;
        Span<double> values = stackalloc double[4];
        if (words.Length != values.Length)
            return false;
        for (int i = 0; i < values.Length; i++)
        {
            if (!double.TryParse(words[i], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out values[i]))
                return false;
        }

        area = new CropArea(values[0], values[1], values[2], values[3]);
        return area.Width >= MinSide
            && area.Height >= MinSide
            && area.X + area.Width <= 1 + Tolerance
            && area.Y + area.Height <= 1 + Tolerance;
    }
}
