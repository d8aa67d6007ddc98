namespace RNNPool.Edge.Vision.Geometry;

/// <summary>An axis-aligned box in pixels of the source picture; (X, Y) is its upper left corner.</summary>
public readonly record struct BoundingBox(float X, float Y, float Width, float Height)
{
    /// <summary>Right edge.</summary>
    public float Right => X + Width;

    /// <summary>Lower edge.</summary>
    public float Bottom => Y + Height;

    /// <summary>Area in square pixels.</summary>
    public float Area => Width * Height;

    /// <summary>Intersection over union with another box, 0 to 1; 0 when either is empty.</summary>
    public float IntersectionOverUnion(in BoundingBox other)
    {
        float intersection = Intersection(other);
        float union = Area + other.Area - intersection;
        return union > 0 ? intersection / union : 0;
    }

    /// <summary>Area that both boxes cover, in square pixels.</summary>
    public float Intersection(in BoundingBox other)
    {
        float width = MathF.Min(Right, other.Right) - MathF.Max(X, other.X);
        float height = MathF.Min(Bottom, other.Bottom) - MathF.Max(Y, other.Y);
        return width > 0 && height > 0 ? width * height : 0;
    }
}
