using Microsoft.Extensions.Logging.Abstractions;
using RNNPool.Edge.Core;
using RNNPool.Edge.Pipeline.Control;
using RNNPool.Edge.Pipeline.Inference;

namespace RNNPool.Edge.Tests.Support;

/// <summary>Controls in a folder of their own, which is there until the fixture goes.</summary>
internal sealed class ControlsFixture(TimeProvider time, bool images = true) : IDisposable
{
    private SnapshotSource? _snapshots;
    private readonly string _folder = Directory.CreateTempSubdirectory("rnnpool-edge-controls-").FullName;

    public string File => Path.Combine(_folder, "controls.json");

    public NoLifetime Lifetime { get; } = new();

    public RecordingLogger<ControlsFile> FileLog { get; } = new();

    public RecordingLogger<DeviceControls> Log { get; } = new();

    public StaticLive<DeviceOptions> Device { get; } = new(new DeviceOptions { AllowImages = images });

    public SnapshotSource Snapshots => _snapshots ??= new SnapshotSource(new ImagePolicy(Device), time);

    /// <summary>Controls as after a start; every call is another start.</summary>
    public DeviceControls Start(string? folder = null) =>
        new(
            new ControlsFile(new StateFolder(folder ?? _folder, NullLogger<StateFolder>.Instance), FileLog),
            Snapshots,
            Lifetime,
            time,
            Log
        );

    /// <summary>Controls without stored values and without a place to store any.</summary>
    public static DeviceControls Detached(TimeProvider time) =>
        new(
            new ControlsFile(new StateFolder("/proc/nowhere", NullLogger<StateFolder>.Instance), NullLogger<ControlsFile>.Instance),
            new SnapshotSource(new ImagePolicy(new StaticLive<DeviceOptions>(new DeviceOptions())), time),
            new NoLifetime(),
            time,
            NullLogger<DeviceControls>.Instance
        );

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
