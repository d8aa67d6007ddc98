using RNNPool.Edge.Models.Engine.Kernels;
using RNNPool.Edge.Models.Engine.Vectors;
using RNNPool.Edge.Models.Packages;

namespace RNNPool.Edge.Models.Engine.Layers;

/// <summary>CONV3X3, POINTWISE, HEAD and DENSE.</summary>
internal sealed unsafe class ConvolutionLayer<TOps, TMap, V>(PackageLayer layer) : EngineLayer(layer)
    where TOps : struct, IVectorOps<V>
    where TMap : struct, IMapOps<V>
    where V : unmanaged
{
    private ConvolutionArguments _arguments;
    private PackedConvolution? _packed;

    public override void Bind(in LayerBuffers buffers)
    {
        LayerRecord record = Layer.Record;
        MapLayout input = buffers.InputLayout,
            output = buffers.OutputLayout;
        bool kernel = record.Operation is LayerOperation.Conv3x3 or LayerOperation.Head,
            words = record.Operation is LayerOperation.Head or LayerOperation.Dense;
        _packed = Pack(input.Pitch, kernel);
        _arguments = new ConvolutionArguments
        {
            Width = record.Output.Width,
            Cells = record.Output.Cells,
            Input = buffers.Input + input.Origin - (kernel ? input.RowBytes + input.CellBytes : 0),
            InputCell = record.Stride * input.CellBytes,
            InputRow = record.Stride * input.RowBytes,
            Runs = _packed.Runs,
            RunStep = input.RowBytes,
            Groups = _packed.Groups,
            Output = buffers.Output + output.Origin,
            OutputCell = output.CellBytes,
            OutputRow = output.RowBytes,
            OutputElement = output.ElementBytes,
            Weights = _packed.Weights.Pointer,
            Parameters = _packed.Parameters.Pointer,
            Vectors = _packed.Vectors,
            LastOutput = _packed.LastOutput,
            Offset = record.OutputZeroPoint + PackedConvolution.StoredZero<TMap, V>(),
            Finish =
                words ? Finish.Words
                : record.ResidualOf is null ? Finish.Map
                : Finish.Residual,
        };
        if (buffers.Residual is null)
            return;
        _arguments.Residual = buffers.Residual + buffers.ResidualLayout.Origin;
        _arguments.ResidualCell = buffers.ResidualLayout.CellBytes;
        _arguments.ResidualRow = buffers.ResidualLayout.RowBytes;
    }

    public override void Run() => ConvolutionKernel<TOps, TMap, V>.Run(ref _arguments);

    private PackedConvolution Pack(int pitch, bool kernel)
    {
        LayerRecord record = Layer.Record;
        int channels = record.Input.Channels,
            all = record.WeightElements;
        return PackedConvolution.Create<TOps, TMap, V>(
            record.Outputs,
            kernel ? 3 : 1,
            kernel ? 3 * pitch : channels,
            (output, run, element) =>
            {
                (int column, int channel) = Math.DivRem(element, pitch);
                int at = kernel ? (run * all / 3) + (column * channels) + channel : element;
                return kernel && channel >= channels ? 0 : Layer.Weights[PackageLayer.WeightIndex(all, output, at)];
            },
            output => (Layer.Parameters[2 * output], Layer.Parameters[(2 * output) + 1])
        );
    }
}
