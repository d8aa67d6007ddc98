using RNNPool.Edge.Models.Packages;

namespace RNNPool.Edge.Models.Interpreter;

/// <summary>
/// Runs a package as docs/quantization.md defines it, layer by layer with whole maps: what the firmware's streaming engine
/// computes, byte for byte. Not thread-safe; allocates nothing after construction.
/// </summary>
public sealed class QuantizedInterpreter
{
    private readonly sbyte[] _picture;
    private readonly sbyte[][] _maps;
    private readonly short[][] _outputs;
    private readonly short[] _elements;
    private readonly RnnPoolKernel?[] _pools;
    private readonly DetectionDecoder? _decoder;

    /// <summary>Prepares buffers for a package.</summary>
    /// <param name="package">The package.</param>
    /// <param name="options">What may differ from the package when a detector's outputs are decoded; null takes the package's values.</param>
    public QuantizedInterpreter(ModelPackage package, DecodingOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(package);
        Package = package;
        _picture = new sbyte[package.Header.Input.Count];
        _maps = new sbyte[package.Layers.Count][];
        _outputs = new short[package.Layers.Count][];
        _pools = new RnnPoolKernel?[package.Layers.Count];
        int elements = 0;
        for (int i = 0; i < package.Layers.Count; i++)
        {
            LayerRecord record = package.Layers[i].Record;
            bool wide = record.Operation is LayerOperation.Head or LayerOperation.Dense;
            _maps[i] = wide ? [] : new sbyte[record.Output.Count];
            _outputs[i] = wide ? new short[record.Output.Count] : [];
            if (record.Operation == LayerOperation.RnnPool) _pools[i] = new RnnPoolKernel(package.Layers[i]);
            elements = Math.Max(elements, record.WeightElements);
        }

        _elements = new short[elements];
        if (!package.Header.IsClassifier) _decoder = new DetectionDecoder(package, options ?? new DecodingOptions());
    }

    /// <summary>The package.</summary>
    public ModelPackage Package { get; }

    /// <summary>Detections of the last picture by descending score; empty for a classifier.</summary>
    public ReadOnlySpan<PackageDetection> Detections => _decoder is null ? default : _decoder.Detections;

    /// <summary>Outputs of the dense layer for the last picture, with its fraction bits; empty for a detector.</summary>
    public ReadOnlySpan<short> Logits => Package.Header.IsClassifier ? _outputs[^1] : default;

    /// <summary>Runs the network on one picture.</summary>
    /// <param name="picture">The pixels, row by row, channels interleaved; exactly as many as the package's input has.</param>
    /// <exception cref="ArgumentException">The number of pixels differs from that of the package's input.</exception>
    public void Run(ReadOnlySpan<byte> picture)
    {
        if (picture.Length != _picture.Length) throw new ArgumentException($"The picture has {picture.Length} bytes; {Package.Header.Name} reads {_picture.Length}.", nameof(picture));
        for (int i = 0; i < picture.Length; i++) _picture[i] = (sbyte)(picture[i] - 128);
        _decoder?.Begin();
        sbyte[] map = _picture;
        for (int i = 0; i < _maps.Length; i++)
        {
            RunLayer(i, map);
            if (Package.Layers[i].Record.Operation == LayerOperation.Head) _decoder!.AddHead(i, _outputs[i]);
            else map = _maps[i];
        }

        _decoder?.Finish();
    }

    /// <summary>What a layer left of the last picture; empty for heads and dense layers.</summary>
    public ReadOnlySpan<sbyte> Map(int layer) => _maps[layer];

    /// <summary>What a head (class outputs, then box outputs, cell by cell) or a dense layer left of the last picture; empty for others.</summary>
    public ReadOnlySpan<short> Outputs(int layer) => _outputs[layer];

    private void RunLayer(int index, sbyte[] input)
    {
        PackageLayer layer = Package.Layers[index];
        Span<short> elements = _elements.AsSpan(0, layer.Record.WeightElements);
        elements.Clear();
        switch (layer.Record.Operation)
        {
            case LayerOperation.Conv3x3 or LayerOperation.Pointwise:
                ConvolutionKernels.Run(layer, input, layer.Record.ResidualOf is int source ? InputOf(source) : [], _maps[index], elements);
                break;
            case LayerOperation.Depthwise3x3:
                ConvolutionKernels.RunDepthwise(layer, input, _maps[index]);
                break;
            case LayerOperation.RnnPool:
                _pools[index]!.Run(input, _maps[index]);
                break;
            case LayerOperation.AveragePool:
                ConvolutionKernels.RunAveragePool(layer, input, _maps[index]);
                break;
            default:
                ConvolutionKernels.Run(layer, input, _outputs[index], elements);
                break;
        }
    }

    private sbyte[] InputOf(int layer)
    {
        do
        {
            if (layer-- == 0) return _picture;
        }
        while (Package.Layers[layer].Record.Operation == LayerOperation.Head);
        return _maps[layer];
    }
}
