using System.Text.Json.Serialization;
using RNNPool.Edge.Vision.Presence;
using RNNPool.Edge.Web;
using RNNPool.Edge.Web.State;

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
[JsonSerializable(typeof(SentTest))]
[JsonSerializable(typeof(VersionReport))]
[JsonSerializable(typeof(PasswordReport))]
[JsonSerializable(typeof(SetupReport))]
internal sealed partial class CommandJson : JsonSerializerContext;

/// <summary>Result of <c>detect</c> for one file.</summary>
/// <param name="File">The file as given on the command line.</param>
/// <param name="Error">Why it cannot be read; null without an error.</param>
/// <param name="Width">Width in pixels.</param>
/// <param name="Height">Height in pixels.</param>
/// <param name="Ms">Time of the inference in milliseconds, preparation and decoding of boxes included.</param>
/// <param name="Detections">The detections, by descending score.</param>
internal sealed record FileDetections(
    string File,
    string? Error,
    int? Width,
    int? Height,
    double? Ms,
    IReadOnlyList<FileDetection>? Detections
);

/// <summary>Result of <c>mqtt remove</c>.</summary>
/// <param name="Topics">Number of removed topics.</param>
internal sealed record RemovedTopics(int Topics);

/// <summary>Result of <c>notify test</c>.</summary>
/// <param name="Message">The addresses that have accepted the test, as sentences.</param>
internal sealed record SentTest(string Message);

/// <summary>Result of <c>password status</c>, <c>set</c> and <c>remove</c>.</summary>
/// <param name="File">File of the password.</param>
/// <param name="PasswordSet">Whether a password is set.</param>
/// <param name="Tokens">Number of API tokens.</param>
/// <param name="Process">The process of the running device that uses the file; null when none was found.</param>
internal sealed record PasswordReport(string File, bool PasswordSet, int Tokens, int? Process);

/// <summary>Result of <c>password setup</c>.</summary>
/// <param name="Addresses">The addresses of the page in the network.</param>
/// <param name="Password">The one-time password, which is stored nowhere.</param>
internal sealed record SetupReport(IReadOnlyList<string> Addresses, string Password);

/// <summary>One detection.</summary>
/// <param name="Label">Its label.</param>
/// <param name="Score">Probability, 0 to 1.</param>
/// <param name="Box">Its box in pixels.</param>
/// <param name="BoxFraction">Its box in fractions of width and height.</param>
internal sealed record FileDetection(string Label, double Score, EventBox Box, EventBox BoxFraction);
