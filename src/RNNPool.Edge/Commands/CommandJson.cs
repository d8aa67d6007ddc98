using System.Text.Json.Serialization;
using RNNPool.Edge.Doctor;
using RNNPool.Edge.Events;

namespace RNNPool.Edge.Commands;

/// <summary>The JSON that commands print with <c>--json</c>.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, Converters = [typeof(CamelCaseEnumConverter<CheckOutcome>)])]
[JsonSerializable(typeof(IReadOnlyList<FileDetections>), TypeInfoPropertyName = "FileDetectionsList")]
[JsonSerializable(typeof(IReadOnlyList<CheckResult>), TypeInfoPropertyName = "CheckResultList")]
[JsonSerializable(typeof(EvaluationSummary))]
internal sealed partial class CommandJson : JsonSerializerContext;

/// <summary>What <c>detect</c> found in one file.</summary>
/// <param name="File">The file as it was named.</param>
/// <param name="Error">Why it could not be read; null when it could.</param>
/// <param name="Width">Width in pixels.</param>
/// <param name="Height">Height in pixels.</param>
/// <param name="Ms">Time of the inference in milliseconds, preparation and decoding of boxes included.</param>
/// <param name="Detections">What was found, by descending score.</param>
internal sealed record FileDetections(string File, string? Error, int? Width, int? Height, double? Ms, IReadOnlyList<FileDetection>? Detections);

/// <summary>One detection.</summary>
/// <param name="Label">What it is.</param>
/// <param name="Score">Probability, 0 to 1.</param>
/// <param name="Box">Where it is, in pixels.</param>
/// <param name="BoxFraction">Where it is, as fractions of width and height.</param>
internal sealed record FileDetection(string Label, double Score, EventBox Box, EventBox BoxFraction);

/// <summary>The figures of <c>eval</c>.</summary>
internal sealed record EvaluationSummary
{
    /// <summary>Name of the model.</summary>
    public required string Model { get; init; }

    /// <summary>Average precision at an intersection over union of 0.5, 0 to 1.</summary>
    public required double Ap50 { get; init; }

    /// <summary>Pictures evaluated.</summary>
    public required int Images { get; init; }

    /// <summary>Faces that count.</summary>
    public required int Faces { get; init; }

    /// <summary>Share of the detections at the working threshold that are right, 0 to 1; 1 when there are none.</summary>
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
}

/// <summary>The faces of one range of heights.</summary>
/// <param name="From">Least height in pixels of the model's input.</param>
/// <param name="To">Height below which the range ends.</param>
/// <param name="Faces">How many faces there are.</param>
/// <param name="Ap50">Their average precision; null when there are none.</param>
/// <param name="Recall">Share of them that is found at the working threshold; null when there are none.</param>
internal sealed record HeightBand(int From, int To, int Faces, double? Ap50, double? Recall);
