using System.Text.Json.Serialization;
using RNNPool.Edge.Vision.Presence;
using RNNPool.Edge.Web;
using RNNPool.Edge.Web.Setup;

namespace RNNPool.Edge.Cli;

/// <summary>The JSON that commands print with <c>--json</c>.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    WriteIndented = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(IReadOnlyList<FileDetections>), TypeInfoPropertyName = "FileDetectionsList")]
[JsonSerializable(typeof(CamerasReport))]
[JsonSerializable(typeof(RemovedTopics))]
[JsonSerializable(typeof(VersionReport))]
[JsonSerializable(typeof(PasswordReport))]
internal sealed partial class CommandJson : JsonSerializerContext;

/// <summary>What <c>detect</c> found in one file.</summary>
/// <param name="File">The file as it was named.</param>
/// <param name="Error">Why it could not be read; null when it could.</param>
/// <param name="Width">Width in pixels.</param>
/// <param name="Height">Height in pixels.</param>
/// <param name="Ms">Time of the inference in milliseconds, preparation and decoding of boxes included.</param>
/// <param name="Detections">What was found, by descending score.</param>
internal sealed record FileDetections(
    string File,
    string? Error,
    int? Width,
    int? Height,
    double? Ms,
    IReadOnlyList<FileDetection>? Detections
);

/// <summary>What <c>mqtt remove</c> did.</summary>
/// <param name="Topics">How many topics were cleared.</param>
internal sealed record RemovedTopics(int Topics);

/// <summary>What <c>password status</c>, <c>set</c> and <c>remove</c> say.</summary>
/// <param name="File">Where the password is kept.</param>
/// <param name="PasswordSet">Whether there is one.</param>
/// <param name="Tokens">How many API tokens there are.</param>
internal sealed record PasswordReport(string File, bool PasswordSet, int Tokens);

/// <summary>One detection.</summary>
/// <param name="Label">What it is.</param>
/// <param name="Score">Probability, 0 to 1.</param>
/// <param name="Box">Where it is, in pixels.</param>
/// <param name="BoxFraction">Where it is, as fractions of width and height.</param>
internal sealed record FileDetection(string Label, double Score, EventBox Box, EventBox BoxFraction);
