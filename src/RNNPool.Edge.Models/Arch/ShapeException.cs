namespace RNNPool.Edge.Models.Arch;

/// <summary>A layer does not fit the map that reaches it. The reader adds file and path.</summary>
internal sealed class ShapeException(int layer, string message) : Exception(message)
{
    public int Layer { get; } = layer;
}
