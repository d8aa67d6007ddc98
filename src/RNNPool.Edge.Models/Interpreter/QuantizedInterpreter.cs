using RNNPool.Edge.Models.Packages;

namespace RNNPool.Edge.Models.Interpreter;

/// <summary>
/// Runs a package as docs/quantization.md defines it, layer by layer with whole maps. The results equal those of the firmware's streaming
/// engine byte for byte. Not thread-safe; allocates nothing after construction.
/// </summary>
public sealed class QuantizedInterpreter : IPackageEngine
{
    private readonly sbyte[] _picture;
    private readonly LayerRunner[] _layers;
    private readonly DetectionDecoder? _decoder;

    /// <summary>Prepares buffers for a package.</summary>
    /// <param name="package">The package.</param>
    /// <param name="options">Values that replace the package's in the decoding; null for the package's own.</param>
    public QuantizedInterpreter(ModelPackage package, DecodingOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(package);
        Package = package;
        _picture = new sbyte[package.Header.Input.Count];
        _layers = [.. package.Layers.Select(layer => new LayerRunner(layer))];
        if (!package.Header.IsClassifier)
            _decoder = new DetectionDecoder(package, options ?? new DecodingOptions());
    }

    /// <inheritdoc/>
    public ModelPackage Package { get; }

    /// <inheritdoc/>
    public ReadOnlySpan<PackageDetection> Detections => _decoder is null ? default : _decoder.Detections;

    /// <summary>Outputs of the dense layer for the last picture, with its fraction bits; empty for a detector.</summary>
    public ReadOnlySpan<short> Logits => Package.Header.IsClassifier ? _layers[^1].Outputs : default;

    /// <inheritdoc/>
    public PackageClassification Classification =>
        Package.Header.IsClassifier
            ? PackageClassification.Compute(Logits, Package.Layers[^1].Record.FractionBits)
            : throw new InvalidOperationException($"{Package.Header.Name} is a detector.");

    /// <inheritdoc/>
    public void Run(ReadOnlySpan<byte> picture)
    {
        if (picture.Length != _picture.Length)
            throw new ArgumentException(
                $"The picture has {picture.Length} bytes; {Package.Header.Name} reads {_picture.Length}.",
                nameof(picture)
            );
        for (int i = 0; i < picture.Length; i++)
            _picture[i] = (sbyte)(picture[i] - 128);
        _decoder?.Begin();
        sbyte[] map = _picture;
        for (int i = 0; i < _layers.Length; i++)
        {
            _layers[i].Run(map, Package.Layers[i].Record.ResidualOf is int source ? GetInput(source) : []);
            if (Package.Layers[i].Record.Operation == LayerOperation.Head)
                _decoder!.AddHead(i, _layers[i].Outputs);
            else
                map = _layers[i].Map;
        }

        _decoder?.Finish();
    }

    /// <summary>Output map of a layer for the last picture; empty for heads and dense layers.</summary>
    public ReadOnlySpan<sbyte> Map(int layer) => _layers[layer].Map;

    /// <summary>
    /// Outputs of a head (class outputs, then box outputs, cell by cell) or a dense layer for the last picture; empty for others.
    /// </summary>
    public ReadOnlySpan<short> Outputs(int layer) => _layers[layer].Outputs;

    private sbyte[] GetInput(int layer)
    {
        do
        {
            if (layer-- == 0)
                return _picture;
        } while (Package.Layers[layer].Record.Operation == LayerOperation.Head);
        return _layers[layer].Map;
    }
}
