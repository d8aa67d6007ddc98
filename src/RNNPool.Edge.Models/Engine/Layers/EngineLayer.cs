using RNNPool.Edge.Models.Packages;

namespace RNNPool.Edge.Models.Engine.Layers;

/// <summary>Memory that a layer reads and writes. Maps start with their border.</summary>
internal unsafe struct LayerBuffers
{
    public byte* Input;
    public MapLayout InputLayout;

    /// <summary>A map, or for a head and a dense layer words.</summary>
    public byte* Output;

    public MapLayout OutputLayout;

    /// <summary>Null without a residual.</summary>
    public byte* Residual;

    public MapLayout ResidualLayout;
    public byte* Scratch;
}

/// <summary>A layer with its weights in the order of the kernels.</summary>
internal abstract class EngineLayer(PackageLayer layer)
{
    protected PackageLayer Layer { get; } = layer;

    /// <summary>Working memory in bytes.</summary>
    public virtual long ScratchBytes(in MapLayout input) => 0;

    /// <summary>Packs the weights and prepares the layer for these buffers.</summary>
    public abstract void Bind(in LayerBuffers buffers);

    /// <summary>Computes the output map without its border.</summary>
    public abstract void Run();
}
