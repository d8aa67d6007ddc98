using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using RNNPool.Edge.Core;
using RNNPool.Edge.Events;
using RNNPool.Edge.Hardware.Buses;
using RNNPool.Edge.Parts;
using RNNPool.Edge.Parts.Lcd;
using RNNPool.Edge.Parts.Oled;
using RNNPool.Edge.Parts.PanTilt;
using RNNPool.Edge.Parts.StatusLight;
using RNNPool.Edge.Pipeline;
using RNNPool.Edge.Pipeline.Control;
using RNNPool.Edge.Tests.Pipeline.Inference;

namespace RNNPool.Edge.Tests.Parts;

/// <summary>All displays, lights and servos, simulated, on threads of their own as on a device.</summary>
internal sealed class OutputParts : IDisposable
{
    private readonly PartTriggers _triggers;
    private readonly PartsService _service;

    public OutputParts(OccupancyState occupancy, DeviceControls controls, CameraSet cameras, TimeProvider time)
    {
        var health = new FakeHealth();
        var page = new PageAddress { Value = new Uri("http://192.168.1.20:8080") };
        var buses = new SystemBuses();
        _triggers = new PartTriggers(occupancy, controls, health);
        var source = new DisplaySource(occupancy, controls, health, page, new FakeDetector());
        var light = new StatusLightOptions { Simulated = true, Count = 64 };
        var lcd = new LcdOptions { Simulated = true, PageTime = TimeSpan.FromSeconds(1) };
        IPart[] parts =
        [
            new OledPart(Options.Create(new OledOptions { Simulated = true }), buses, source, page),
            new StatusLightPart(Options.Create(light), buses, source, new AmbientLight(_triggers), [], time),
            new LcdPart(Options.Create(lcd), buses, source),
            new PanTiltPart(Options.Create(new PanTiltOptions { Simulated = true }), buses, cameras, controls, time),
        ];
        Status = new PartsStatus(parts, time);
        _service = new PartsService(Status, _triggers, time, NullLogger<PartsService>.Instance);
    }

    public PartsStatus Status { get; }

    public Task StartAsync(CancellationToken cancellationToken) => _service.StartAsync(cancellationToken);

    public Task StopAsync() => _service.StopAsync(CancellationToken.None);

    public void Dispose()
    {
        _service.Dispose();
        _triggers.Dispose();
    }
}
