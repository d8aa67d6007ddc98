using System.Text.Json.Serialization;
using RNNPool.Edge.Core;
using RNNPool.Edge.Vision.Presence;

namespace RNNPool.Edge.Events;

/// <summary>The JSON form of events and occupancy, the same in every sink.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    Converters = [typeof(CamelCaseEnumConverter<PresenceEventKind>), typeof(CamelCaseEnumConverter<PresenceEndReason>)]
)]
[JsonSerializable(typeof(PresenceEvent))]
[JsonSerializable(typeof(PictureFacts))]
[JsonSerializable(typeof(Occupancy))]
[JsonSerializable(typeof(IReadOnlyList<PresenceEvent>), TypeInfoPropertyName = "EventList")]
public sealed partial class EventJson : JsonSerializerContext;
