using RNNPool.Edge.Models.Arch;
using RNNPool.Edge.Models.FloatNetworks;
using RNNPool.Edge.Models.Interpreter;
using RNNPool.Edge.Models.Packages;

namespace RNNPool.Edge.Models.Quantization;

/// <summary>A package and the quantization of its tensors.</summary>
/// <param name="Package">The file.</param>
/// <param name="Tensors">Every layer's output, in the order of the package's layers.</param>
public sealed record QuantizationResult(byte[] Package, IReadOnlyList<TensorReport> Tensors);

/// <summary>How the output of a layer was quantized.</summary>
/// <param name="Name">The layer.</param>
/// <param name="Minimum">Smallest value seen (in any tensor of a residual chain).</param>
/// <param name="Maximum">Largest value seen.</param>
/// <param name="Low">Smallest value that does not saturate.</param>
/// <param name="High">Largest value that does not saturate.</param>
/// <param name="SaturatedShare">Share of the calibration values that saturate, 0 to 1; not known for heads and dense layers.</param>
public sealed record TensorReport(string Name, double Minimum, double Maximum, double Low, double High, double? SaturatedShare);

/// <summary>
/// Post-training quantization: ranges from calibration pictures, weights per channel, integers as docs/quantization.md defines them.
/// </summary>
public static class Quantizer
{
    /// <summary>Fewest calibration pictures.</summary>
    public const int MinPictures = 1;

    /// <summary>Quantizes a network.</summary>
    /// <param name="network">The float network.</param>
    /// <param name="pictures">Calibration pictures in the network's input geometry, one byte a value.</param>
    /// <param name="options">Choices of the quantizer.</param>
    /// <param name="progress">Receives the progress of the calibration, 0 to 1.</param>
    /// <param name="cancellationToken">Stops the calibration.</param>
    /// <exception cref="ModelException">
    /// The network cannot be expressed in the integers of a package; the message names the layer.
    /// </exception>
    public static QuantizationResult Quantize(
        FloatNetwork network,
        IReadOnlyList<ReadOnlyMemory<byte>> pictures,
        QuantizerOptions options,
        IProgress<double>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(pictures);
        ArgumentNullException.ThrowIfNull(options);
        if (pictures.Count < MinPictures)
            throw new ModelException("There are no calibration pictures.");
        NetworkArchitecture architecture = network.Architecture;
        if (architecture.Input.Mean != 128)
            throw new ModelException(
                $"{architecture.Name}: the input's mean is {architecture.Input.Mean}; a package needs 128, which becomes exactly zero."
            );
        Calibration calibration = Calibration.Run(network, pictures, progress, cancellationToken);

        var layers = new List<LayerContent>(network.Layers.Count);
        var reports = new List<TensorReport>(network.Layers.Count);
        var scale = new TensorScale(1 / architecture.Input.Scale, 0);
        int anchors = 0;
        for (int i = 0; i < network.Layers.Count; i++)
        {
            FloatLayer layer = network.Layers[i];
            LayerRecord record = new()
            {
                Name = layer.Name,
                Operation = layer.Operation,
                Relu6 = layer.Relu6,
                ResidualOf = layer.ResidualOf,
                Stride = layer.Stride,
                Patch = layer.Patch,
                Input = layer.Input,
                Output = layer.Output,
                InputScale = scale.Scale,
                InputZeroPoint = scale.ZeroPoint,
            };
            ReadOnlySpan<double> means = options.CorrectBiases ? calibration.InputMeans(i) : [];
            if (layer.Operation is LayerOperation.Head or LayerOperation.Dense)
            {
                layers.Add(Wide(layer, record, i, calibration, means, architecture, ref anchors));
                double peak = calibration.ClassPeak(i),
                    high = short.MaxValue * (double)layers[^1].Record.OutputScale;
                reports.Add(new TensorReport(layer.Name, -peak, peak, -high, high, null));
                continue;
            }

            ActivationRange range = calibration.GetRange(i);
            scale =
                layer.Operation == LayerOperation.RnnPool ? new TensorScale(1f / 128, 0)
                : layer.Relu6 ? range.ChooseRelu6(options.Ranges)
                : range.ChooseLinear(options.Ranges);
            record = record with { OutputScale = scale.Scale, OutputZeroPoint = scale.ZeroPoint };
            double steps = 1.0 / scale.Scale;
            layers.Add(
                layer.Operation switch
                {
                    LayerOperation.RnnPool => LayerQuantizer.RnnPool(layer, record),
                    LayerOperation.AveragePool => LayerQuantizer.AveragePool(layer, record),
                    _ => LayerQuantizer.Convolution(layer, record, _ => steps, means),
                }
            );
            reports.Add(new TensorReport(layer.Name, range.Minimum, range.Maximum, scale.Low, scale.High, range.SaturatedShare(scale)));
        }

        PackageHeader header = CreateHeader(architecture, options, anchors);
        ArenaPlan arena = ArenaPlan.Compute([.. layers.Select(layer => layer.Record)], header.MaxCandidates);
        header = header with { ArenaBytes = checked((int)arena.Bytes) };
        return new QuantizationResult(PackageWriter.Write(header, architecture.Labels, layers), reports);
    }

    // Heads and dense layers have 16-bit outputs with fraction bits of their own.
    private static LayerContent Wide(
        FloatLayer layer,
        LayerRecord record,
        int index,
        Calibration calibration,
        ReadOnlySpan<double> means,
        NetworkArchitecture architecture,
        ref int anchors
    )
    {
        bool head = layer.Operation != LayerOperation.Dense;
        int bits = LayerQuantizer.FractionBits(layer, record, head ? ..layer.ClassOutputs : .., calibration.ClassPeak(index));
        record = record with { FractionBits = bits, OutputScale = 1f / (1 << bits) };
        if (!head)
            return LayerQuantizer.Convolution(layer, record, _ => 1 << bits, means);

        int classes = layer.ClassOutputs;
        int boxBits = LayerQuantizer.FractionBits(layer, record, classes.., calibration.BoxPeak(index));
        record = record with
        {
            BoxFractionBits = boxBits,
            ClassOutputs = classes,
            CellAnchors = layer.Anchors.Count,
            FirstAnchor = anchors,
            Threshold = DetectionDecoder.ComputeThreshold(architecture.Detection!.ScoreThreshold, bits),
        };
        anchors += layer.Input.Cells * layer.Anchors.Count;
        PackageAnchor[] shapes =
        [
            .. layer.Anchors.Select(a => new PackageAnchor((int)Math.Round(a.Width * 16), (int)Math.Round(a.Height * 16), a.Background)),
        ];
        return LayerQuantizer.Convolution(layer, record, n => 1 << (n < classes ? bits : boxBits), means) with { Anchors = shapes };
    }

    private static PackageHeader CreateHeader(NetworkArchitecture architecture, QuantizerOptions options, int anchors)
    {
        PackageHeader header = new()
        {
            Name = architecture.Name,
            IsClassifier = architecture.Task == NetworkTask.Classification,
            Input = new MapShape(architecture.Input.Width, architecture.Input.Height, architecture.Input.Channels),
        };
        if (architecture.Detection is not { } detection || header.IsClassifier)
            return header;
        return header with
        {
            AnchorCount = anchors,
            ScoreThreshold = (int)Math.Clamp(Math.Round(detection.ScoreThreshold * 65536.0), 1, 65535),
            MaxCandidates = options.MaxCandidates,
            MaxDetections = Math.Min(detection.MaxDetections, options.MaxCandidates),
            NmsIou = (int)Math.Round(detection.NmsIou * 65536.0),
            CenterVariance = (int)Math.Round(detection.CenterVariance * 65536.0),
            SizeVariance = (int)Math.Round(detection.SizeVariance * Math.Log2(Math.E) * 65536),
        };
    }
}
