namespace RNNPool.Edge.Models.Packages;

/// <summary>Shape of a map, whose values lie row by row, cell by cell, channel by channel.</summary>
public readonly record struct MapShape(int Width, int Height, int Channels)
{
    /// <summary>Number of values.</summary>
    public int Count => checked(Width * Height * Channels);

    /// <summary>Number of cells.</summary>
    public int Cells => checked(Width * Height);

    /// <inheritdoc/>
    public override string ToString() => $"{Width}x{Height}x{Channels}";
}
