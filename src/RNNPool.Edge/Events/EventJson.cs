using System.Text.Json;
using System.Text.Json.Serialization;
using RNNPool.Edge.Core;
using RNNPool.Edge.Vision.Presence;
using RNNPool.Edge.Web;

namespace RNNPool.Edge.Events;

/// <summary>The JSON contract of everything that leaves the device: one place decides names and formats.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    Converters = [
        typeof(CamelCaseEnumConverter<PresenceEventKind>),
        typeof(CamelCaseEnumConverter<PresenceEndReason>),
        typeof(CamelCaseEnumConverter<HealthState>),
    ]
)]
[JsonSerializable(typeof(EventMessage))]
[JsonSerializable(typeof(Occupancy))]
[JsonSerializable(typeof(IReadOnlyList<EventMessage>), TypeInfoPropertyName = "EventList")]
[JsonSerializable(typeof(HealthReport))]
[JsonSerializable(typeof(StateReport))]
[JsonSerializable(typeof(DetectionReport))]
[JsonSerializable(typeof(ErrorReport))]
public sealed partial class EventJson : JsonSerializerContext;

/// <summary>Writes an enumeration's members in camel case.</summary>
internal sealed class CamelCaseEnumConverter<TEnum>() : JsonStringEnumConverter<TEnum>(JsonNamingPolicy.CamelCase)
    where TEnum : struct, Enum;
