using RNNPool.Edge.Models.Packages;

namespace RNNPool.Edge.Models.Interpreter;

/// <summary>One layer of a package with its buffers.</summary>
internal sealed class LayerRunner
{
    private readonly short[] _elements;
    private readonly RnnPoolKernel? _pool;

    public LayerRunner(PackageLayer layer)
    {
        Layer = layer;
        LayerRecord record = layer.Record;
        bool wide = record.Operation is LayerOperation.Head or LayerOperation.Dense;
        Map = wide ? [] : new sbyte[record.Output.Count];
        Outputs = wide ? new short[record.Output.Count] : [];
        _elements = new short[record.WeightElements];
        if (record.Operation == LayerOperation.RnnPool)
            _pool = new RnnPoolKernel(layer);
    }

    public PackageLayer Layer { get; }

    /// <summary>Output map of the layer; empty for heads and dense layers.</summary>
    public sbyte[] Map { get; }

    /// <summary>Outputs of a head or a dense layer; empty for others.</summary>
    public short[] Outputs { get; }

    /// <summary>Runs the layer.</summary>
    /// <param name="input">The map that it reads.</param>
    /// <param name="residual">The map that is added; empty without a residual.</param>
    public void Run(ReadOnlySpan<sbyte> input, ReadOnlySpan<sbyte> residual)
    {
        switch (Layer.Record.Operation)
        {
            case LayerOperation.Conv3x3 or LayerOperation.Pointwise:
                ConvolutionKernels.Run(Layer, input, residual, Map, _elements);
                break;
            case LayerOperation.Depthwise3x3:
                ConvolutionKernels.RunDepthwise(Layer, input, Map);
                break;
            case LayerOperation.RnnPool:
                _pool!.Run(input, Map);
                break;
            case LayerOperation.AveragePool:
                ConvolutionKernels.RunAveragePool(Layer, input, Map);
                break;
            default:
                ConvolutionKernels.Run(Layer, input, Outputs, _elements);
                break;
        }
    }
}
