using RNNPool.Edge.Models.Engine.Kernels;
using RNNPool.Edge.Models.Engine.Vectors;
using RNNPool.Edge.Models.Packages;

namespace RNNPool.Edge.Models.Engine.Layers;

/// <summary>DEPTHWISE3X3.</summary>
internal sealed unsafe class DepthwiseLayer<TOps, TMap, V>(PackageLayer layer) : EngineLayer(layer)
    where TOps : struct, IVectorOps<V>
    where TMap : struct, IMapOps<V>
    where V : unmanaged
{
    private DepthwiseArguments _arguments;
    private PinnedMemory? _packed;

    public override void Bind(in LayerBuffers buffers)
    {
        LayerRecord record = Layer.Record;
        MapLayout input = buffers.InputLayout,
            output = buffers.OutputLayout;
        int[] starts = PackedDepthwise.BlockStarts<TOps, V>(record.Input.Channels);
        _packed = PackedDepthwise.Create<TOps, TMap, V>(Layer);
        _arguments = new DepthwiseArguments
        {
            Width = record.Output.Width,
            Height = record.Output.Height,
            Input = buffers.Input + input.Origin - input.RowBytes - input.CellBytes,
            TapColumn = input.CellBytes,
            TapRow = input.RowBytes,
            InputCell = record.Stride * input.CellBytes,
            InputRow = record.Stride * input.RowBytes,
            Output = buffers.Output + output.Origin,
            OutputCell = output.CellBytes,
            OutputRow = output.RowBytes,
            Blocks = starts.Length,
            LastChannel = starts[^1],
            Element = output.ElementBytes,
            Weights = _packed.Pointer,
            Offset = record.OutputZeroPoint + PackedConvolution.StoredZero<TMap, V>(),
        };
    }

    public override void Run() => DepthwiseKernel<TOps, TMap, V>.Run(ref _arguments);
}
