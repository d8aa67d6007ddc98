using System.Text.Json.Serialization;

namespace RNNPool.Edge.Cli.Eval;

/// <summary>The JSON that <c>eval</c> prints with <c>--json</c>.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    WriteIndented = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(EvaluationSummary))]
[JsonSerializable(typeof(ClassificationSummary))]
internal sealed partial class EvalJson : JsonSerializerContext;

/// <summary>Result of <c>eval</c> for a detector.</summary>
internal sealed record EvaluationSummary
{
    /// <summary>Name of the model.</summary>
    public required string Model { get; init; }

    /// <summary>The engine: simd, onnx or interpreter.</summary>
    public required string Engine { get; init; }

    /// <summary>Average precision at an intersection over union of 0.5, 0 to 1.</summary>
    public required double Ap50 { get; init; }

    /// <summary>Pictures evaluated.</summary>
    public required int Images { get; init; }

    /// <summary>Faces that are counted.</summary>
    public required int Faces { get; init; }

    /// <summary>Share of the detections at the working threshold that are correct, 0 to 1; 1 without detections.</summary>
    public required double Precision { get; init; }

    /// <summary>Share of the faces that are found at the working threshold, 0 to 1.</summary>
    public required double Recall { get; init; }

    /// <summary>The working threshold.</summary>
    public required double Threshold { get; init; }

    /// <summary>Median time of one inference in milliseconds, preparation and decoding of boxes included.</summary>
    public required double MedianMs { get; init; }

    /// <summary>Pictures per second, reading and decoding the files included.</summary>
    public required double ImagesPerSecond { get; init; }

    /// <summary>Weights and biases of the model.</summary>
    public required long Parameters { get; init; }

    /// <summary>Multiplications by weights for one picture.</summary>
    public required long MultiplyAdds { get; init; }

    /// <summary>Average precision by the height of the face in pixels of the model's input.</summary>
    public required IReadOnlyList<HeightBand> ByHeight { get; init; }

    /// <summary>Faces under a tenth of the input's height.</summary>
    public required ShareBand Small { get; init; }

    /// <summary>Average precision by the height of the face as a share of the input's height.</summary>
    public required IReadOnlyList<ShareBand> ByFrameShare { get; init; }

    /// <summary>By source; empty when the annotations name none.</summary>
    public required IReadOnlyList<SourceSummary> BySource { get; init; }

    /// <summary>Pictures without any box, and detections on them at the working threshold.</summary>
    public required FaceFreeSummary FaceFree { get; init; }
}

/// <summary>The faces of one range of heights.</summary>
/// <param name="From">Least height in pixels of the model's input.</param>
/// <param name="To">Height below which the range ends.</param>
/// <param name="Faces">Number of faces.</param>
/// <param name="Ap50">Their average precision; null when there are none.</param>
/// <param name="Recall">Share of them that is found at the working threshold; null when there are none.</param>
internal sealed record HeightBand(int From, int To, int Faces, double? Ap50, double? Recall);

/// <summary>The faces of one range of sizes against the frame.</summary>
/// <param name="From">Least height as a share of the input's height.</param>
/// <param name="To">Share below which the range ends; 1 includes all that are larger.</param>
/// <param name="Faces">Number of faces.</param>
/// <param name="Ap50">Their average precision, other faces being ignored; null when there are none.</param>
/// <param name="Recall">Share of them that is found at the working threshold; null when there are none.</param>
internal sealed record ShareBand(double From, double To, int Faces, double? Ap50, double? Recall);

/// <summary>The pictures of one source.</summary>
internal sealed record SourceSummary(string Source, int Images, int Faces, double? Ap50, int FalseFaces);

/// <summary>
/// The pictures without any box: how many, how many faces were found on them at the working threshold, and how many on each.
/// </summary>
internal sealed record FaceFreeSummary(int Images, int FalseFaces, double? PerImage);

/// <summary>Result of <c>eval</c> for a classifier.</summary>
internal sealed record ClassificationSummary
{
    /// <summary>Name of the model.</summary>
    public required string Model { get; init; }

    /// <summary>The engine: simd, onnx or interpreter.</summary>
    public required string Engine { get; init; }

    /// <summary>The classes; the first means an empty picture.</summary>
    public required IReadOnlyList<string> Labels { get; init; }

    /// <summary>Pictures evaluated.</summary>
    public required int Images { get; init; }

    /// <summary>Pictures with an object.</summary>
    public required int Positives { get; init; }

    /// <summary>Share of the pictures with the correct class, 0 to 1.</summary>
    public required double Accuracy { get; init; }

    /// <summary>Mean over the classes of the share of their pictures with the correct class, 0 to 1.</summary>
    public required double BalancedAccuracy { get; init; }

    /// <summary>Precision for objects; null without detections.</summary>
    public double? Precision { get; init; }

    /// <summary>Recall for objects; null without positives.</summary>
    public double? Recall { get; init; }

    /// <summary>Specificity for objects; null without negatives.</summary>
    public double? Specificity { get; init; }

    /// <summary>Area under the ROC curve; null when one kind is missing.</summary>
    public double? Auc { get; init; }

    /// <summary>The threshold for objects.</summary>
    public required double Threshold { get; init; }

    /// <summary>Pictures by class (rows) and predicted class (columns).</summary>
    public required IReadOnlyList<IReadOnlyList<int>> Confusion { get; init; }

    /// <summary>Pictures of sources that have both positives and others; null when there is no such source.</summary>
    public ClassificationRow? Mixed { get; init; }

    /// <summary>By source.</summary>
    public required IReadOnlyList<ClassificationRow> BySource { get; init; }

    /// <summary>By colour at the source.</summary>
    public required IReadOnlyList<ClassificationRow> ByGrey { get; init; }

    /// <summary>By the share of the picture that the object covers.</summary>
    public required IReadOnlyList<AreaBand> ByArea { get; init; }

    /// <summary>Median time of one inference in milliseconds, preparation included.</summary>
    public required double MedianMs { get; init; }

    /// <summary>Pictures per second, reading and decoding the files included.</summary>
    public required double ImagesPerSecond { get; init; }

    /// <summary>Weights and biases of the model.</summary>
    public required long Parameters { get; init; }

    /// <summary>Multiplications by weights for one picture.</summary>
    public required long MultiplyAdds { get; init; }
}

/// <summary>A part of the pictures.</summary>
internal sealed record ClassificationRow(string Name, int Images, int Positives, double Accuracy, double? Recall, double? Specificity);

/// <summary>Positives by the share of the picture that they cover.</summary>
internal sealed record AreaBand(double From, double To, int Images, double Recall);
