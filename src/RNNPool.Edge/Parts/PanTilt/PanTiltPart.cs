using Microsoft.Extensions.Options;
using RNNPool.Edge.Core;
using RNNPool.Edge.Hardware.Buses;
using RNNPool.Edge.Pipeline;
using RNNPool.Edge.Pipeline.Control;

namespace RNNPool.Edge.Parts.PanTilt;

/// <summary>A head with two servos that turns its camera after the largest face.</summary>
internal sealed class PanTiltPart(
    IOptions<PanTiltOptions> options,
    IBuses buses,
    CameraSet cameras,
    DeviceControls controls,
    TimeProvider timeProvider
) : IPart
{
    private readonly BusRecorder _recorder = new();
    private readonly ShownHead _shown = new();
    private SimulatedServos? _servos;

    public string Name => "pan-tilt";

    public bool IsSimulated => options.Value.Simulated;

    /// <summary>The simulated servos.</summary>
    public SimulatedServos Servos => LazyInitializer.EnsureInitialized(ref _servos, () => new SimulatedServos(_recorder));

    // The files of a PWM channel appear only when it is opened.
    public IReadOnlyList<DeviceFile> DeviceFiles =>
        options.Value is { Simulated: false, Driver: PanTiltDriver.Pca9685, Bus: var bus }
            ? [new DeviceFile($"/dev/i2c-{bus}", "i2c")]
            : [];

    public IPartSession Open(PartSignal signal)
    {
        PanTiltOptions settings = options.Value;
        CameraPorts camera = Find(settings.Camera);
        var servos = ServoPair.Open(settings, settings.Simulated ? Servos : buses);
        return new PanTiltSession(servos, settings, camera.Tap, controls, _shown, timeProvider, signal);
    }

    public PartView View() =>
        new()
        {
            Text = _shown.Text,
            Angles = _shown.Angles,
            Transfers = IsSimulated && options.Value.Driver == PanTiltDriver.Pca9685 ? BusTransfers.Describe(_recorder) : null,
        };

    private CameraPorts Find(string? name)
    {
        if (name is null)
            return cameras.OrderBy(camera => camera.Name, StringComparer.Ordinal).First();
        return cameras.Find(name)
            ?? throw new IOException(
                $"PanTilt:Camera is '{name}', but the cameras are {string.Join(", ", cameras.Select(camera => camera.Name))}."
            );
    }
}
