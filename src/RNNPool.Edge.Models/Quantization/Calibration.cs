using RNNPool.Edge.Models.FloatNetworks;
using RNNPool.Edge.Models.Packages;

namespace RNNPool.Edge.Models.Quantization;

/// <summary>Runs the float network over the calibration pictures and collects the statistics of every tensor for the quantizer.</summary>
internal sealed class Calibration
{
    private readonly FloatNetwork _network;
    private readonly int[] _group; // of the output of every layer; layers of a residual chain share one
    private readonly ActivationRange[] _ranges;
    private readonly double[][] _inputMeans;
    private readonly float[] _classPeak,
        _boxPeak;

    private Calibration(FloatNetwork network)
    {
        _network = network;
        int count = network.Layers.Count;
        _group = [.. Enumerable.Range(0, count)];
        for (int i = 0; i < count; i++)
        {
            if (network.Layers[i].ResidualOf is int source)
                Join(i, source);
        }

        _ranges = [.. Enumerable.Range(0, count).Select(_ => new ActivationRange())];
        _inputMeans = [.. network.Layers.Select(layer => new double[layer.Input.Channels])];
        _classPeak = new float[count];
        _boxPeak = new float[count];
    }

    /// <exception cref="ModelException">A residual is added to a tensor whose scale is fixed.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static Calibration Run(
        FloatNetwork network,
        IReadOnlyList<ReadOnlyMemory<byte>> pictures,
        IProgress<double>? progress,
        CancellationToken cancellationToken
    )
    {
        var calibration = new Calibration(network);
        for (int i = 0; i < 2 * pictures.Count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            network.Run(pictures[i % pictures.Count].Span);
            if (i < pictures.Count)
                calibration.Widen(pictures.Count);
            else
                calibration.Count();
            progress?.Report((i + 1.0) / (2 * pictures.Count));
        }

        return calibration;
    }

    public ActivationRange GetRange(int layer) => _ranges[_group[layer]];

    /// <summary>Mean of every input channel of a layer.</summary>
    public ReadOnlySpan<double> InputMeans(int layer) => _inputMeans[layer];

    /// <summary>Largest magnitude of a head's class outputs, or of a dense layer's outputs.</summary>
    public float ClassPeak(int layer) => _classPeak[layer];

    /// <summary>Largest magnitude of a head's box outputs.</summary>
    public float BoxPeak(int layer) => _boxPeak[layer];

    private void Join(int layer, int source)
    {
        IReadOnlyList<FloatLayer> layers = _network.Layers;
        int producer = source - 1;
        while (producer >= 0 && layers[producer].Operation == LayerOperation.Head)
            producer--;
        string name = layers[layer].Name;
        if (producer < 0)
            throw new ModelException($"The layer '{name}' adds the picture itself, whose scale is fixed; it cannot be quantized.");
        FloatLayer first = layers[producer];
        if (first.Operation == LayerOperation.RnnPool || first.Relu6)
            throw new ModelException(
                $"The layer '{name}' adds the output of '{first.Name}', "
                    + $"whose scale is fixed by {(first.Relu6 ? "ReLU6" : "RNNPool")}; it cannot be quantized."
            );
        _group[layer] = _group[producer];
    }

    private void Widen(int pictures)
    {
        for (int i = 0; i < _network.Layers.Count; i++)
        {
            FloatLayer layer = _network.Layers[i];
            ReadOnlySpan<float> map = _network.Map(i);
            if (layer.Operation is LayerOperation.Head or LayerOperation.Dense)
            {
                int classes = layer.Operation == LayerOperation.Head ? layer.ClassOutputs : layer.Output.Channels;
                for (int k = 0; k < map.Length; k++)
                {
                    ref float peak = ref (k % layer.Output.Channels < classes ? ref _classPeak[i] : ref _boxPeak[i]);
                    peak = Math.Max(peak, Math.Abs(map[k]));
                }
            }
            else
            {
                GetRange(i).Widen(map);
            }

            ReadOnlySpan<float> input = _network.GetInput(i);
            double[] means = _inputMeans[i];
            double share = 1.0 / ((double)layer.Input.Cells * pictures);
            for (int k = 0; k < input.Length; k++)
                means[k % means.Length] += input[k] * share;
        }
    }

    private void Count()
    {
        for (int i = 0; i < _network.Layers.Count; i++)
        {
            if (_network.Layers[i].Operation is not (LayerOperation.Head or LayerOperation.Dense))
                GetRange(i).Count(_network.Map(i));
        }
    }
}
