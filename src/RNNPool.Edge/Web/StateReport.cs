using RNNPool.Edge.Core;
using RNNPool.Edge.Events;
using RNNPool.Edge.Pipeline.Coprocessor;
using RNNPool.Edge.Sinks.Gpio;
using RNNPool.Edge.Sinks.Mqtt;
using RNNPool.Edge.Vision.Presence;

namespace RNNPool.Edge.Web;

/// <summary>The answer of <c>/api/state</c>.</summary>
public sealed record StateReport(
    bool Occupied,
    int Count,
    IReadOnlyDictionary<string, int> Counts,
    IReadOnlyDictionary<string, int> ZoneCounts,
    IReadOnlyList<PresenceEvent> Presences,
    CameraReport Camera,
    EngineReport Engine,
    DetectionReport Detection,
    CoprocessorReport? Coprocessor,
    IReadOnlyList<SinkStatus> Sinks,
    GpioReport? Gpio,
    MqttStatus? Mqtt,
    DateTime StartTime,
    double UptimeSeconds,
    ProcessReport Process,
    VersionReport Versions,
    DeviceReport Device,
    HealthReport Health,
    double? TemperatureC
);

/// <summary>Which device it is.</summary>
/// <param name="Id">Its identity, as in its topics.</param>
/// <param name="Name">What people call it.</param>
public sealed record DeviceReport(string Id, string Name);

/// <summary>The camera.</summary>
/// <param name="Name">What events call it.</param>
/// <param name="Source">Where its frames come from.</param>
/// <param name="State"><c>opening</c>, <c>open</c>, <c>lost</c> or <c>ended</c>.</param>
/// <param name="Failure">Why it was lost; null while frames come.</param>
/// <param name="Width">Width of its frames in pixels; 0 before the first.</param>
/// <param name="Height">Height of its frames in pixels.</param>
/// <param name="Fps">Frames captured per second.</param>
/// <param name="Frames">Frames captured since the start.</param>
/// <param name="Dropped">Frames that a newer one replaced before the detector was free.</param>
/// <param name="FrameAgeMs">Milliseconds since the last frame.</param>
public sealed record CameraReport(
    string Name,
    string Source,
    string State,
    string? Failure,
    int Width,
    int Height,
    double Fps,
    long Frames,
    long Dropped,
    double FrameAgeMs
);

/// <summary>The detector.</summary>
/// <param name="Name">The engine: <c>onnx</c>, ...</param>
/// <param name="Model">Name of the model.</param>
/// <param name="Labels">What it can find.</param>
/// <param name="Fps">Frames detected per second.</param>
/// <param name="InferenceMs">Median time of one inference in milliseconds; null before the first.</param>
/// <param name="Inferences">Frames that it has seen since the start.</param>
/// <param name="Errors">Frames that it failed on.</param>
/// <param name="InferenceAgeMs">Milliseconds since the last inference.</param>
public sealed record EngineReport(
    string Name,
    string Model,
    IReadOnlyList<string> Labels,
    double Fps,
    double? InferenceMs,
    long Inferences,
    long Errors,
    double InferenceAgeMs
);

/// <summary>What decides whether and how frames are looked at; see docs/presence.md.</summary>
/// <param name="Enabled">Whether detection is switched on.</param>
/// <param name="Active">Whether frames are looked at: detection is on and no input pin asks for privacy.</param>
/// <param name="Paused">Why they are not, as a sentence; null while they are.</param>
/// <param name="EnterThreshold">The probability at which presences begin.</param>
/// <param name="EnterThresholdSet">Whether it was set at runtime.</param>
public sealed record DetectionReport(bool Enabled, bool Active, string? Paused, double EnterThreshold, bool EnterThresholdSet);

/// <summary>What the process costs.</summary>
/// <param name="ResidentBytes">Memory in RAM.</param>
/// <param name="ManagedBytes">Memory of managed objects.</param>
/// <param name="AllocatedBytes">Managed memory allocated since the start; two readings give the allocations per frame.</param>
/// <param name="Collections">Garbage collections since the start.</param>
/// <param name="CpuSeconds">Processor time since the start.</param>
public sealed record ProcessReport(long ResidentBytes, long ManagedBytes, long AllocatedBytes, int Collections, double CpuSeconds);

/// <summary>What runs here.</summary>
/// <param name="Device">Version of this program.</param>
/// <param name="Runtime">Version of .NET.</param>
/// <param name="OnnxRuntime">Version of ONNX Runtime.</param>
/// <param name="Os">The operating system and its architecture.</param>
public sealed record VersionReport(string Device, string Runtime, string OnnxRuntime, string Os);

/// <summary>What is wrong with a request.</summary>
/// <param name="Error">One sentence.</param>
public sealed record ErrorReport(string Error);
