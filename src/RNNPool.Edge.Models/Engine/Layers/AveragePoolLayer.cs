using RNNPool.Edge.Models.Engine.Kernels;
using RNNPool.Edge.Models.Engine.Vectors;
using RNNPool.Edge.Models.Packages;

namespace RNNPool.Edge.Models.Engine.Layers;

/// <summary>AVGPOOL.</summary>
internal sealed unsafe class AveragePoolLayer<TOps, TMap, V>(PackageLayer layer) : EngineLayer(layer)
    where TOps : struct, IVectorOps<V>
    where TMap : struct, IMapOps<V>
    where V : unmanaged
{
    private LayerBuffers _buffers;

    public override void Bind(in LayerBuffers buffers) => _buffers = buffers;

    public override void Run()
    {
        LayerRecord record = Layer.Record;
        int zero = PackedConvolution.StoredZero<TMap, V>();
        AveragePoolKernel<TOps, TMap, V>.Run(
            _buffers.Input + _buffers.InputLayout.Origin,
            _buffers.InputLayout,
            _buffers.Output + _buffers.OutputLayout.Origin,
            _buffers.OutputLayout.Pitch,
            (Layer.Parameters[0] - (zero * record.Input.Cells), Layer.Parameters[1]),
            record.OutputZeroPoint + zero
        );
    }
}
