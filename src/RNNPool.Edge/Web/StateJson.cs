using System.Text.Json.Serialization;
using RNNPool.Edge.Core;
using RNNPool.Edge.Vision.Presence;

namespace RNNPool.Edge.Web;

/// <summary>The JSON form of the state and of errors.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    Converters = [
        typeof(CamelCaseEnumConverter<PresenceEventKind>),
        typeof(CamelCaseEnumConverter<PresenceEndReason>),
        typeof(CamelCaseEnumConverter<HealthState>),
    ]
)]
[JsonSerializable(typeof(StateReport))]
[JsonSerializable(typeof(DetectionReport))]
[JsonSerializable(typeof(ErrorReport))]
internal sealed partial class StateJson : JsonSerializerContext;
