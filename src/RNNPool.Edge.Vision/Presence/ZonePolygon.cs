using System.Globalization;

namespace RNNPool.Edge.Vision.Presence;

/// <summary>A simple polygon in fractions of the frame.</summary>
internal sealed class ZonePolygon
{
    /// <summary>The part of the rules for a polygon that a regular expression can express.</summary>
    public const string Pattern = @"^\s*" + Corner + @"(?:\s+" + Corner + @"){2,31}\s*$";

    private const string Fraction = @"(?:0*1(?:\.0*)?|0+(?:\.[0-9]*)?|\.[0-9]+)";
    private const string Corner = Fraction + "," + Fraction;

    private const int MinCorners = 3,
        MaxCorners = 32;

    // The anchor of a box does not stay inside a smaller polygon: four by four pixels of VGA.
    private const float MinArea = 0.00005f;

    private readonly float[] _x;
    private readonly float[] _y;

    private ZonePolygon(float[] x, float[] y) => (_x, _y) = (x, y);

    /// <summary>Reads corners such as <c>0,0.5 1,0.5 1,1</c>.</summary>
    /// <param name="text">The corners.</param>
    /// <param name="polygon">The polygon; null when there is an error.</param>
    /// <returns>The violated rule, to complete "it must ..."; null when the text is valid.</returns>
    public static string? TryParse(string text, out ZonePolygon? polygon)
    {
        polygon = null;
        string[] corners = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (corners.Length is < MinCorners or > MaxCorners)
            return $"have {MinCorners} to {MaxCorners} corners, such as '0,0.5 1,0.5 1,1 0,1'";
        var x = new float[corners.Length];
        var y = new float[corners.Length];
        for (int i = 0; i < corners.Length; i++)
        {
            string[] parts = corners[i].Split(',');
            if (parts.Length != 2 || !TryFraction(parts[0], out x[i]) || !TryFraction(parts[1], out y[i]))
                return "have corners of two numbers from 0 to 1 with a comma between them, such as '0,0.5 1,0.5 1,1 0,1'";
        }

        var made = new ZonePolygon(x, y);
        if (made.Area() < MinArea)
            return "enclose an area";
        if (made.CrossesItself())
            return "have its corners in order around it, so that no edges cross";
        polygon = made;
        return null;
    }

    /// <summary>Whether a point is inside (even-odd rule).</summary>
    public bool Contains(float x, float y)
    {
        bool inside = false;
        for (int i = 0, j = _x.Length - 1; i < _x.Length; j = i++)
        {
            if (_y[i] > y != _y[j] > y && x < ((_x[j] - _x[i]) * (y - _y[i]) / (_y[j] - _y[i])) + _x[i])
                inside = !inside;
        }

        return inside;
    }

    /// <summary>Distance of a point to the nearest edge, in units of the frame's height.</summary>
    /// <param name="x">Fraction of the frame's width.</param>
    /// <param name="y">Fraction of the frame's height.</param>
    /// <param name="aspect">Width of the frame over its height.</param>
    public float Distance(float x, float y, float aspect)
    {
        float nearest = float.MaxValue;
        for (int i = 0, j = _x.Length - 1; i < _x.Length; j = i++)
        {
            float edgeX = (_x[j] - _x[i]) * aspect,
                edgeY = _y[j] - _y[i],
                toX = (x - _x[i]) * aspect,
                toY = y - _y[i];
            float length = (edgeX * edgeX) + (edgeY * edgeY);
            float along = length > 0 ? Math.Clamp(((toX * edgeX) + (toY * edgeY)) / length, 0, 1) : 0;
            float dx = toX - (along * edgeX),
                dy = toY - (along * edgeY);
            nearest = MathF.Min(nearest, (dx * dx) + (dy * dy));
        }

        return MathF.Sqrt(nearest);
    }

    private static bool TryFraction(string text, out float value) =>
        float.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out value) && value is >= 0 and <= 1;

    private float Area()
    {
        float twice = 0;
        for (int i = 0, j = _x.Length - 1; i < _x.Length; j = i++)
            twice += (_x[j] * _y[i]) - (_x[i] * _y[j]);
        return MathF.Abs(twice) / 2;
    }

    private bool CrossesItself()
    {
        int count = _x.Length;
        for (int i = 0; i < count; i++)
        {
            // Adjacent edges share a corner, which is not a crossing.
            for (int j = i + 2; j < count; j++)
            {
                if ((j + 1) % count != i && Cross(i, (i + 1) % count, j, (j + 1) % count))
                    return true;
            }
        }

        return false;
    }

    private bool Cross(int a, int b, int c, int d) => Side(a, b, c) * Side(a, b, d) < 0 && Side(c, d, a) * Side(c, d, b) < 0;

    private int Side(int from, int to, int point) =>
        MathF.Sign(((_x[to] - _x[from]) * (_y[point] - _y[from])) - ((_y[to] - _y[from]) * (_x[point] - _x[from])));
}
