using System.Text.Json.Serialization;
using RNNPool.Edge.Core;

namespace RNNPool.Edge.Health;

/// <summary>The JSON form of the health report.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    Converters = [typeof(CamelCaseEnumConverter<HealthState>)]
)]
[JsonSerializable(typeof(HealthReport))]
public sealed partial class HealthJson : JsonSerializerContext;
