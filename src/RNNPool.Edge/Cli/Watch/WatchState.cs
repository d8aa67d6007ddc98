using System.Text.Json.Serialization;
using RNNPool.Edge.Core;
using RNNPool.Edge.Diagnostics;
using RNNPool.Edge.Vision.Presence;

namespace RNNPool.Edge.Cli.Watch;

/// <summary>The parts of <c>/api/state</c> that are shown; a device of another version may omit some.</summary>
internal sealed record WatchState(
    bool Occupied,
    int Count,
    IReadOnlyDictionary<string, int>? Counts,
    IReadOnlyDictionary<string, int>? ZoneCounts,
    WatchCamera? Camera,
    WatchEngine? Engine,
    WatchDetection? Detection,
    WatchCoprocessor? Coprocessor,
    WatchMqtt? Mqtt,
    double UptimeSeconds,
    WatchVersions? Versions,
    WatchDevice? Device,
    WatchHealth? Health,
    double? TemperatureC
);

/// <summary>A refusal as problem details (RFC 9457), as far as it is used.</summary>
/// <param name="Detail">One sentence.</param>
internal sealed record WatchProblem(string? Detail);

/// <summary>The camera.</summary>
internal sealed record WatchCamera(string? Source, string? State, string? Failure, int Width, int Height, double Fps, double FrameAgeMs);

/// <summary>The engine in use.</summary>
internal sealed record WatchEngine(string? Name, string? Model, double Fps, double? InferenceMs, bool LocatesObjects = true);

/// <summary>Whether frames are analysed, and why not.</summary>
internal sealed record WatchDetection(bool Active, string? Paused);

/// <summary>The coprocessor.</summary>
internal sealed record WatchCoprocessor(
    string? Endpoint,
    string? Link,
    bool InUse,
    string? Obstacle,
    string? LastError,
    int? UploadPercent,
    WatchBoard? Device
);

/// <summary>Its board.</summary>
internal sealed record WatchBoard(string? Board, string? Model);

/// <summary>The broker.</summary>
internal sealed record WatchMqtt(string? Broker, bool Connected, bool Tls, string? LastError);

/// <summary>Versions.</summary>
internal sealed record WatchVersions(string? Device);

/// <summary>Identity of the device.</summary>
internal sealed record WatchDevice(string? Name);

/// <summary>Health of the device.</summary>
internal sealed record WatchHealth(string? State, IReadOnlyList<string>? Reasons, IReadOnlyList<string>? Degradations);

/// <summary>The JSON that <c>watch</c> reads and, with <c>--json</c>, prints.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(CamelCaseEnumConverter<PresenceEventKind>), typeof(CamelCaseEnumConverter<PresenceEndReason>)]
)]
[JsonSerializable(typeof(WatchState))]
[JsonSerializable(typeof(WatchProblem))]
[JsonSerializable(typeof(Sample))]
[JsonSerializable(typeof(PresenceEvent))]
[JsonSerializable(typeof(WatchLine))]
internal sealed partial class WatchJson : JsonSerializerContext;

/// <summary>One line of <c>watch --json</c>.</summary>
/// <param name="Kind"><c>event</c>, <c>state</c>, <c>lost</c> or <c>back</c>.</param>
/// <param name="Event">The event, as in docs/events.md; with <c>event</c>.</param>
/// <param name="State">The state, as <c>/api/state</c> gives it; with <c>state</c>.</param>
/// <param name="Message">Why the device is lost, one sentence; with <c>lost</c>.</param>
internal sealed record WatchLine(
    string Kind,
    System.Text.Json.JsonElement? Event = null,
    System.Text.Json.JsonElement? State = null,
    string? Message = null
);
