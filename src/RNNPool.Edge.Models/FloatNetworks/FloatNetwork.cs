using RNNPool.Edge.Models.Arch;
using RNNPool.Edge.Models.Packages;
using RNNPool.Edge.Models.Safetensors;

namespace RNNPool.Edge.Models.FloatNetworks;

/// <summary>
/// A network in float32, layer by layer with every map kept: the input and the reference of quantization. Not
/// thread-safe; allocates nothing after construction.
/// </summary>
public sealed class FloatNetwork
{
    private readonly float[] _tensor;
    private readonly FloatKernel[] _kernels;

    private FloatNetwork(NetworkArchitecture architecture, IReadOnlyList<FloatLayer> layers)
    {
        (Architecture, Layers) = (architecture, layers);
        _tensor = new float[architecture.Input.Width * architecture.Input.Height * architecture.Input.Channels];
        _kernels = [.. layers.Select(layer => new FloatKernel(layer))];
    }

    /// <summary>The content of <c>arch.json</c>.</summary>
    public NetworkArchitecture Architecture { get; }

    /// <summary>The operations.</summary>
    public IReadOnlyList<FloatLayer> Layers { get; }

    /// <summary>Reads a network. A resize layer at its beginning is left out; the input is the resized picture then.</summary>
    /// <exception cref="ModelException">A tensor is missing or does not fit, or a layer has no counterpart in a package.</exception>
    public static FloatNetwork Load(NetworkArchitecture architecture, SafetensorsFile weights)
    {
        ArgumentNullException.ThrowIfNull(architecture);
        ArgumentNullException.ThrowIfNull(weights);
        architecture = architecture.WithoutResize();
        return new FloatNetwork(architecture, NetworkLowering.Lower(architecture, weights));
    }

    /// <summary>Runs the network on one picture.</summary>
    /// <param name="picture">The pixels, row by row, channels interleaved; exactly as many as the input has.</param>
    /// <exception cref="ArgumentException">The number of pixels differs.</exception>
    public void Run(ReadOnlySpan<byte> picture)
    {
        if (picture.Length != _tensor.Length)
            throw new ArgumentException(
                $"The picture has {picture.Length} bytes; {Architecture.Name} reads {_tensor.Length}.",
                nameof(picture)
            );
        InputSpec input = Architecture.Input;
        for (int i = 0; i < picture.Length; i++)
            _tensor[i] = (picture[i] - input.Mean) / input.Scale;
        for (int i = 0; i < _kernels.Length; i++)
            _kernels[i].Run(GetInput(i), Layers[i].ResidualOf is int source ? GetInput(source) : []);
    }

    /// <summary>Output of a layer for the last picture; of a head all its outputs, cell by cell.</summary>
    public ReadOnlySpan<float> Map(int layer) => _kernels[layer].Output;

    /// <summary>Input of a layer for the last picture.</summary>
    internal ReadOnlySpan<float> GetInput(int layer)
    {
        do
        {
            if (layer-- == 0)
                return _tensor;
        } while (Layers[layer].Operation == LayerOperation.Head);
        return _kernels[layer].Output;
    }
}
