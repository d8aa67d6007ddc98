using Microsoft.Extensions.Logging.Abstractions;
using RNNPool.Edge.Core;
using RNNPool.Edge.Pipeline;
using RNNPool.Edge.Pipeline.Control;
using RNNPool.Edge.Pipeline.Inference;
using RNNPool.Edge.Tests.Pipeline.Camera;

namespace RNNPool.Edge.Tests.Support;

/// <summary>Controls in a folder of their own, which the fixture deletes.</summary>
internal sealed class ControlsFixture(TimeProvider time, bool images = true) : IDisposable
{
    private CameraSet? _cameras;
    private readonly string _folder = Directory.CreateTempSubdirectory("rnnpool-edge-controls-").FullName;

    public string File => Path.Combine(_folder, "controls.json");

    public NoLifetime Lifetime { get; } = new();

    public RecordingLogger<ControlsFile> FileLog { get; } = new();

    public RecordingLogger<DeviceControls> Log { get; } = new();

    public StaticLive<DeviceOptions> Device { get; } = new(new DeviceOptions { AllowImages = images });

    /// <summary>Names of the cameras; set before <see cref="Cameras"/> is read.</summary>
    public string[] CameraNames { get; set; } = ["door"];

    /// <summary>The cameras, which deliver nothing.</summary>
    public CameraSet Cameras =>
        _cameras ??= new CameraSet(CameraNames.Select(name => new FakeCamera(time) { Name = name }), new ImagePolicy(Device), time);

    /// <summary>The pictures of the first camera.</summary>
    public SnapshotSource Snapshots => Cameras[0].Snapshots;

    /// <summary>Controls as after a start; every call is another start.</summary>
    public DeviceControls Start(string? folder = null) =>
        new(new ControlsFile(new StateFolder(folder ?? _folder, NullLogger<StateFolder>.Instance), FileLog), Lifetime, time, Log);

    /// <summary>Controls without stored values and without a place to store any.</summary>
    public static DeviceControls Detached(TimeProvider time) =>
        new(
            new ControlsFile(new StateFolder("/proc/nowhere", NullLogger<StateFolder>.Instance), NullLogger<ControlsFile>.Instance),
            new NoLifetime(),
            time,
            NullLogger<DeviceControls>.Instance
        );

    public void Dispose()
    {
        _cameras?.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
