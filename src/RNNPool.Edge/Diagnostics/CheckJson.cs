using System.Text.Json.Serialization;
using RNNPool.Edge.Core;

namespace RNNPool.Edge.Diagnostics;

/// <summary>The JSON of the results of checks, for <c>doctor --json</c> and the diagnostics archive.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    WriteIndented = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(CamelCaseEnumConverter<CheckOutcome>)]
)]
[JsonSerializable(typeof(IReadOnlyList<CheckResult>), TypeInfoPropertyName = "CheckResultList")]
internal sealed partial class CheckJson : JsonSerializerContext;
