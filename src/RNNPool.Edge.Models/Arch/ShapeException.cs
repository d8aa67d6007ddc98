namespace RNNPool.Edge.Models.Arch;

/// <summary>A layer does not fit its input map. The reader adds file and path.</summary>
internal sealed class ShapeException(int layer, string message) : Exception(message)
{
    public int Layer { get; } = layer;
}
