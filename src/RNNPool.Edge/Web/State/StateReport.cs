using System.Text.Json.Serialization;
using RNNPool.Edge.Core;
using RNNPool.Edge.Events;
using RNNPool.Edge.Pipeline.Coprocessor;
using RNNPool.Edge.Sinks.Gpio;
using RNNPool.Edge.Sinks.Mqtt;
using RNNPool.Edge.Sinks.Notify;
using RNNPool.Edge.Vision.Presence;

namespace RNNPool.Edge.Web.State;

/// <summary>The answer of <c>/api/state</c>. <see cref="IStateSection"/> fills in the parts.</summary>
public sealed record StateReport
{
    /// <summary>Whether at least one announced presence counts.</summary>
    public bool Occupied { get; set; }

    /// <summary>Number of presences of all labels.</summary>
    public int Count { get; set; }

    /// <summary>Number of presences by label.</summary>
    public IReadOnlyDictionary<string, int> Counts { get; set; } = new Dictionary<string, int>();

    /// <summary>Number of presences by zone.</summary>
    public IReadOnlyDictionary<string, int> ZoneCounts { get; set; } = new Dictionary<string, int>();

    /// <summary>The last event of every announced presence.</summary>
    public IReadOnlyList<PresenceEvent> Presences { get; set; } = [];

    /// <summary>The camera; of several the main one.</summary>
    public CameraStatusReport Camera { get; set; } = null!;

    /// <summary>All cameras, the main one first; absent on a device with one.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<CameraOccupancyReport>? Cameras { get; set; }

    /// <summary>The detector.</summary>
    public EngineReport Engine { get; set; } = null!;

    /// <summary>Whether and how frames are analysed.</summary>
    public DetectionReport Detection { get; set; } = null!;

    /// <summary>The coprocessor; null without one.</summary>
    public CoprocessorReport? Coprocessor { get; set; }

    /// <summary>The sinks of events.</summary>
    public IReadOnlyList<SinkStatus> Sinks { get; set; } = [];

    /// <summary>The pins; null without any.</summary>
    public GpioReport? Gpio { get; set; }

    /// <summary>The connection to the broker; null without one.</summary>
    public MqttStatus? Mqtt { get; set; }

    /// <summary>The addresses that receive notifications; null without any.</summary>
    public IReadOnlyList<NotifyStatus>? Notify { get; set; }

    /// <summary>When the device started (UTC).</summary>
    public DateTime StartTime { get; set; }

    /// <summary>Seconds since the start.</summary>
    public double UptimeSeconds { get; set; }

    /// <summary>Resources of the process.</summary>
    public ProcessReport Process { get; set; } = null!;

    /// <summary>Versions of the program and of the software that it uses.</summary>
    public VersionReport Versions { get; set; } = null!;

    /// <summary>Identity of the device.</summary>
    public DeviceReport Device { get; set; } = null!;

    /// <summary>Health of the device.</summary>
    public HealthReport Health { get; set; } = null!;

    /// <summary>Temperature of the processor in degrees Celsius; null when the machine does not report it.</summary>
    public double? TemperatureC { get; set; }

    /// <summary>Whether the supply voltage is too low; null when the machine does not report it.</summary>
    public bool? UnderVoltage { get; set; }

    /// <summary>Whether the firmware throttles the processor; null when the machine does not report it.</summary>
    public bool? Throttled { get; set; }

    /// <summary>What has been wrong with the machine before and is not now; one sentence each.</summary>
    public IReadOnlyList<string> Notes { get; set; } = [];

    /// <summary>
    /// A text that changes when subscribers must receive the state at once. Figures that change with every frame are not part of it.
    /// </summary>
    public string ChangeKey()
    {
        string presences = string.Join(
            ' ',
            Presences.Select(presence => $"{presence.Id}{presence.Stationary}{string.Join('+', presence.Zones)}")
        );
        return string.Join(
            '|',
            presences,
            string.Join(' ', Counts),
            string.Join(' ', ZoneCounts),
            $"{Camera.State} {Camera.Failure} {Camera.Width}x{Camera.Height}",
            string.Join(
                ' ',
                (Cameras ?? []).Select(one => $"{one.Camera.State} {one.Camera.Failure} {one.Camera.Width}x{one.Camera.Height}")
            ),
            $"{Engine.Name} {Engine.Model}",
            Detection,
            Coprocessor is { } link ? $"{link.Link} {link.InUse} {link.Obstacle} {link.UploadPercent} {link.Device?.ModelSha256}" : "",
            string.Join(' ', Sinks.Select(sink => sink.Name + sink.Open)),
            Gpio is { } gpio ? string.Join(' ', gpio.Outputs) : "",
            Health.State,
            string.Join(' ', Health.Components.Select(component => component.State)),
            Mqtt is { } mqtt ? $"{mqtt.Connected}" : ""
        );
    }
}

/// <summary>Identity of the device.</summary>
/// <param name="Id">Its identity, as in its topics.</param>
/// <param name="Name">Its name for people.</param>
public sealed record DeviceReport(string Id, string Name);

/// <summary>The camera.</summary>
/// <param name="Name">Its name in events.</param>
/// <param name="Source">Where its frames come from.</param>
/// <param name="State"><c>opening</c>, <c>open</c>, <c>lost</c> or <c>ended</c>.</param>
/// <param name="Failure">Why it was lost; null while frames arrive.</param>
/// <param name="Width">Width of its frames in pixels; 0 before the first.</param>
/// <param name="Height">Height of its frames in pixels.</param>
/// <param name="Fps">Frames captured per second.</param>
/// <param name="Frames">Frames captured since the start.</param>
/// <param name="Dropped">Frames that a newer one replaced before the detector was free.</param>
/// <param name="FrameAgeMs">Milliseconds since the last frame.</param>
public sealed record CameraStatusReport(
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

/// <summary>One camera of several, and the presences that it shows.</summary>
/// <param name="Camera">The camera.</param>
/// <param name="Occupied">Whether at least one of its announced presences counts.</param>
/// <param name="Count">Number of its presences of all labels.</param>
/// <param name="Counts">Number of its presences by label.</param>
/// <param name="ZoneCounts">Number of its presences by zone.</param>
public sealed record CameraOccupancyReport(
    CameraStatusReport Camera,
    bool Occupied,
    int Count,
    IReadOnlyDictionary<string, int> Counts,
    IReadOnlyDictionary<string, int> ZoneCounts
);

/// <summary>The detector.</summary>
/// <param name="Name">The engine, such as <c>onnx</c>.</param>
/// <param name="Model">Name of the model.</param>
/// <param name="Labels">Labels that the model detects.</param>
/// <param name="LocatesObjects">Whether the model reports places and numbers; false for a classifier.</param>
/// <param name="Fps">Frames analysed per second.</param>
/// <param name="InferenceMs">Median time of an inference in milliseconds; null before the first.</param>
/// <param name="Inferences">Frames analysed since the start.</param>
/// <param name="Errors">Frames on which the detector failed.</param>
/// <param name="InferenceAgeMs">Milliseconds since the last inference.</param>
public sealed record EngineReport(
    string Name,
    string Model,
    IReadOnlyList<string> Labels,
    bool LocatesObjects,
    double Fps,
    double? InferenceMs,
    long Inferences,
    long Errors,
    double InferenceAgeMs
);

/// <summary>Whether and how frames are analysed; see docs/presence.md.</summary>
/// <param name="Enabled">Whether detection is switched on.</param>
/// <param name="Active">Whether frames are analysed: detection is on and no input pin requests privacy.</param>
/// <param name="Paused">Why they are not, as a sentence; null while they are.</param>
/// <param name="EnterThreshold">The score at which presences begin, 0 to 1.</param>
/// <param name="EnterThresholdSet">Whether it was set while the device ran.</param>
public sealed record DetectionReport(bool Enabled, bool Active, string? Paused, double EnterThreshold, bool EnterThresholdSet);

/// <summary>Resources of the process.</summary>
/// <param name="ResidentBytes">Memory in RAM.</param>
/// <param name="ManagedBytes">Memory of managed objects.</param>
/// <param name="AllocatedBytes">Managed memory allocated since the start; two readings give the allocations per frame.</param>
/// <param name="Collections">Garbage collections since the start.</param>
/// <param name="CpuSeconds">Processor time since the start.</param>
public sealed record ProcessReport(long ResidentBytes, long ManagedBytes, long AllocatedBytes, int Collections, double CpuSeconds);

/// <summary>Versions of the program and of the software that it uses.</summary>
/// <param name="Device">Version of this program.</param>
/// <param name="Runtime">Version of .NET.</param>
/// <param name="OnnxRuntime">Version of ONNX Runtime.</param>
/// <param name="Os">The operating system and its architecture.</param>
public sealed record VersionReport(string Device, string Runtime, string OnnxRuntime, string Os);
