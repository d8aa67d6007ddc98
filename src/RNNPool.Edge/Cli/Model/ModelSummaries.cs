using System.Text.Json.Serialization;
using RNNPool.Edge.Models.Packages;
using RNNPool.Edge.Models.Quantization;
using RNNPool.Edge.Web.Models;

namespace RNNPool.Edge.Cli.Model;

/// <summary>The JSON that the model commands print with <c>--json</c>.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    WriteIndented = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals
)]
[JsonSerializable(typeof(QuantizationSummary))]
[JsonSerializable(typeof(PackageSummary))]
[JsonSerializable(typeof(ComparisonSummary))]
[JsonSerializable(typeof(IReadOnlyList<PackageVerdict>), TypeInfoPropertyName = "PackageVerdictList")]
[JsonSerializable(typeof(KeySummary))]
[JsonSerializable(typeof(IReadOnlyList<SignatureSummary>), TypeInfoPropertyName = "SignatureSummaryList")]
[JsonSerializable(typeof(ModelsReport))]
internal sealed partial class ModelJson : JsonSerializerContext;

/// <summary>A new key: the file of the private key, and the public key.</summary>
internal sealed record KeySummary(string File, string Key);

/// <summary>A signature: the model, the file of the signature, and the public key.</summary>
internal sealed record SignatureSummary(string Model, string File, string Key);

/// <summary>Result of the verification of a package.</summary>
internal sealed record PackageVerdict(
    string File,
    bool Valid,
    string? Error,
    string? Name,
    int? Layers,
    int? Bytes,
    string? Sha256,
    string? Key
);

/// <summary>Result of a quantization.</summary>
internal sealed record QuantizationSummary(string Name, int Bytes, int ArenaBytes, int Pictures, IReadOnlyList<TensorSummary> Tensors)
{
    public static QuantizationSummary From(
        ModelPackage package,
        int pictures,
        IReadOnlyList<TensorReport> tensors,
        IReadOnlyList<LayerNoise> noise
    ) =>
        new(
            package.Header.Name,
            package.Data.Length,
            package.Header.ArenaBytes,
            pictures,
            [
                .. tensors.Select(tensor => new TensorSummary(
                    tensor.Name,
                    tensor.Minimum,
                    tensor.Maximum,
                    tensor.Low,
                    tensor.High,
                    tensor.SaturatedShare * 100,
                    [
                        .. noise
                            .Where(layer =>
                                layer.Name == tensor.Name || layer.Name == tensor.Name + ".class" || layer.Name == tensor.Name + ".box"
                            )
                            .Select(layer => Math.Round(layer.Decibels, 2)),
                    ]
                )),
            ]
        );
}

/// <summary>One tensor: observed range, quantized range, saturated share and signal-to-noise ratio (of a head: class, box).</summary>
internal sealed record TensorSummary(
    string Name,
    double Minimum,
    double Maximum,
    double Low,
    double High,
    double? SaturatedPercent,
    IReadOnlyList<double> SnrDb
);

/// <summary>Contents of a package.</summary>
internal sealed record PackageSummary(
    string Name,
    string Task,
    string Input,
    IReadOnlyList<string> Labels,
    string Hash,
    int Bytes,
    int ArenaBytes,
    long Parameters,
    long MultiplyAdds,
    IReadOnlyList<LayerSummary> Layers,
    ArenaSummary Arena
)
{
    public static PackageSummary From(ModelPackage package)
    {
        ArenaPlan plan = ArenaPlan.Compute(package);
        return new PackageSummary(
            package.Header.Name,
            package.Header.IsClassifier ? "classification" : "detection",
            package.Header.Input.ToString(),
            package.Labels,
            Convert.ToHexStringLower(package.Hash),
            package.Data.Length,
            package.Header.ArenaBytes,
            package.Layers.Sum(layer => layer.Record.Parameters),
            package.Layers.Sum(layer => layer.Record.MultiplyAdds),
            [
                .. package.Layers.Select(layer => new LayerSummary(
                    layer.Name,
                    layer.Record.Operation.ToString(),
                    layer.Record.Input.ToString(),
                    layer.Record.Output.ToString(),
                    layer.Record.Stride,
                    layer.Record.MultiplyAdds,
                    layer.ContentBytes,
                    layer.Record.OutputZeroPoint,
                    layer.Record.OutputScale
                )),
            ],
            new ArenaSummary(
                plan.Bytes,
                [
                    .. plan.Steps.Select(step => new ArenaStageSummary(
                        step.Name,
                        step.Streamed,
                        step.Maps,
                        step.State,
                        step.Scratch,
                        step.Candidates,
                        step.Bytes
                    )),
                ]
            )
        );
    }
}

/// <summary>A layer of a package.</summary>
internal sealed record LayerSummary(
    string Name,
    string Operation,
    string Input,
    string Output,
    int Stride,
    long MultiplyAdds,
    int Bytes,
    int ZeroPoint,
    float Scale
);

/// <summary>The engine's memory.</summary>
internal sealed record ArenaSummary(long Bytes, IReadOnlyList<ArenaStageSummary> Stages);

/// <summary>A stage of the engine and its memory.</summary>
internal sealed record ArenaStageSummary(string Name, bool Streamed, long Maps, long State, long Scratch, long Candidates, long Bytes);

/// <summary>Comparison of a package with the float model.</summary>
internal sealed record ComparisonSummary(string Name, string Hash, IReadOnlyList<LayerNoiseSummary> Layers)
{
    /// <summary>Detections of both; null for a classifier.</summary>
    public DetectionsSummary? Detections { get; init; }

    /// <summary>Classes of both; null for a detector.</summary>
    public ClassificationsSummary? Classifications { get; init; }

    public static ComparisonSummary From(ModelPackage package, IReadOnlyList<LayerNoise> noise) =>
        new(
            package.Header.Name,
            Convert.ToHexStringLower(package.Hash),
            [.. noise.Select(layer => new LayerNoiseSummary(layer.Name, Math.Round(layer.Decibels, 2)))]
        );
}

/// <summary>Signal-to-noise ratio of a layer.</summary>
internal sealed record LayerNoiseSummary(string Name, double SnrDb);

/// <summary>
/// Detections of both: average precisions (null without annotations; the package limits the candidates of the device's) and counts at the
/// working threshold.
/// </summary>
internal sealed record DetectionsSummary(
    int Pictures,
    double? FloatAp50,
    double? QuantizedAp50,
    double? DeviceAp50,
    double Threshold,
    int FloatCount,
    int QuantizedCount,
    int CommonCount,
    double? MeanIou
);

/// <summary>
/// Classes of both: accuracies (null without labels), share of equal classes at the threshold, and difference of the scores.
/// </summary>
internal sealed record ClassificationsSummary(
    int Pictures,
    double? FloatAccuracy,
    double? QuantizedAccuracy,
    double? FloatBalancedAccuracy,
    double? QuantizedBalancedAccuracy,
    double Threshold,
    int SameCount,
    double MeanScoreDifference,
    double LargestScoreDifference
);
