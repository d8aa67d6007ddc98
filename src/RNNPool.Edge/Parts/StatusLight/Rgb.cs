using System.Globalization;

namespace RNNPool.Edge.Parts.StatusLight;

/// <summary>A colour of an LED.</summary>
internal readonly record struct Rgb(byte R, byte G, byte B)
{
    public static readonly Rgb Red = new(255, 0, 0),
        Blue = new(0, 0, 255);

    /// <summary>Reads <c>#rrggbb</c>.</summary>
    public static Rgb Parse(string text) => new(Byte(text, 1), Byte(text, 3), Byte(text, 5));

    /// <summary>The colour at a fraction of its brightness; a component that is not 0 stays visible.</summary>
    public Rgb Scale(double factor) => new(Scale(R, factor), Scale(G, factor), Scale(B, factor));

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"#{R:x2}{G:x2}{B:x2}");

    private static byte Byte(string text, int start) =>
        byte.Parse(text.AsSpan(start, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    private static byte Scale(byte value, double factor) => factor > 0 ? (byte)Math.Ceiling(value * factor) : (byte)0;
}
