using RNNPool.Edge.Models.FloatNetworks;
using RNNPool.Edge.Models.Interpreter;
using RNNPool.Edge.Models.Packages;

namespace RNNPool.Edge.Models.Quantization;

/// <summary>Signal-to-noise ratio of a layer's output.</summary>
/// <param name="Name">The layer; of a head its class or its box outputs.</param>
/// <param name="Decibels">10 log10 of the energy of the float output over that of the difference; infinite without a difference.</param>
public sealed record LayerNoise(string Name, double Decibels);

/// <summary>Runs a package and the float network that it was made from side by side, and measures the error of every layer.</summary>
public sealed class LayerComparison
{
    private readonly FloatNetwork _network;
    private readonly QuantizedInterpreter _interpreter;
    private readonly double[,] _signal,
        _noise;

    /// <summary>Prepares a comparison.</summary>
    /// <exception cref="ModelException">The package has other layers than the network.</exception>
    public LayerComparison(FloatNetwork network, ModelPackage package)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(package);
        bool alike = network.Layers.Count == package.Layers.Count;
        for (int i = 0; alike && i < network.Layers.Count; i++)
        {
            LayerRecord record = package.Layers[i].Record;
            alike = (network.Layers[i].Operation, network.Layers[i].Output) == (record.Operation, record.Output);
        }

        if (!alike)
            throw new ModelException($"{package.Header.Name}: the package has other layers than the network {network.Architecture.Name}.");
        (_network, _interpreter) = (network, new QuantizedInterpreter(package));
        _signal = new double[network.Layers.Count, 2];
        _noise = new double[network.Layers.Count, 2];
    }

    /// <summary>The ratios over all pictures so far.</summary>
    public IReadOnlyList<LayerNoise> Layers
    {
        get
        {
            var result = new List<LayerNoise>();
            for (int i = 0; i < _network.Layers.Count; i++)
            {
                bool head = _network.Layers[i].Operation == LayerOperation.Head;
                for (int part = 0; part < (head ? 2 : 1); part++)
                {
                    string name =
                        _network.Layers[i].Name
                        + (
                            head
                                ? part == 0
                                    ? ".class"
                                    : ".box"
                                : ""
                        );
                    result.Add(new LayerNoise(name, 10 * Math.Log10(_signal[i, part] / _noise[i, part])));
                }
            }

            return result;
        }
    }

    /// <summary>Runs both on one picture in the network's input geometry.</summary>
    public void Add(ReadOnlySpan<byte> picture)
    {
        _network.Run(picture);
        _interpreter.Run(picture);
        for (int i = 0; i < _network.Layers.Count; i++)
        {
            LayerRecord record = _interpreter.Package.Layers[i].Record;
            ReadOnlySpan<float> expected = _network.Map(i);
            ReadOnlySpan<sbyte> map = _interpreter.Map(i);
            ReadOnlySpan<short> outputs = _interpreter.Outputs(i);
            double boxScale = Math.Pow(2, -record.BoxFractionBits);
            for (int k = 0; k < expected.Length; k++)
            {
                int part = record.Operation == LayerOperation.Head && k % record.Outputs >= record.ClassOutputs ? 1 : 0;
                double actual = map.IsEmpty
                    ? outputs[k] * (part == 0 ? record.OutputScale : boxScale)
                    : (map[k] - record.OutputZeroPoint) * (double)record.OutputScale;
                _signal[i, part] += (double)expected[k] * expected[k];
                _noise[i, part] += (expected[k] - actual) * (expected[k] - actual);
            }
        }
    }
}
