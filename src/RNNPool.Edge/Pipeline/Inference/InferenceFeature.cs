using RNNPool.Edge.Core;
using RNNPool.Edge.Core.Reports;
using RNNPool.Edge.Pipeline.Control;
using RNNPool.Edge.Pipeline.Coprocessor;
using RNNPool.Edge.Pipeline.Status;
using RNNPool.Edge.Vision.Detectors;
using RNNPool.Edge.Vision.Presence;

namespace RNNPool.Edge.Pipeline.Inference;

/// <summary>The model, the detector, and the service that turns frames into events.</summary>
internal sealed class InferenceFeature : IFeature
{
    public IReadOnlyList<SettingsSection> Sections { get; } =
    [
        new(ModelOptions.SectionName, typeof(ModelOptions)),
        new(DetectorOptions.SectionName, typeof(DetectorOptions)),
        new(PresenceOptions.SectionName, typeof(PresenceOptions)),
    ];

    /// <summary>Registers the model and the engine of this machine alone, for commands that need no device.</summary>
    public static void AddDetector(IServiceCollection services)
    {
        services.AddSection<ModelOptions, ModelOptionsValidator>(ModelOptions.SectionName);
        services.AddSection<DetectorOptions, DetectorOptionsValidator>(DetectorOptions.SectionName);
        services.AddSection<CoprocessorOptions, CoprocessorOptionsValidator>(CoprocessorOptions.SectionName);
        services.AddSingleton<IDetector>(DetectorFactory.Create);
    }

    public void AddServices(IServiceCollection services, IConfiguration configuration)
    {
        AddDetector(services);
        services.AddSection<PresenceOptions, PresenceOptionsValidator>(PresenceOptions.SectionName);
        services.AddSingleton<PipelineStatus>();
        services.AddSingleton<IReportSource, PipelineReport>();
        services.AddSingleton<IDoctorCheck, ModelCheck>();
        services.AddSingleton<FrameTap>();
        services.AddSingleton(provider => new PipelineControls(
            provider.GetRequiredService<DeviceControls>(),
            provider.GetRequiredService<SnapshotSource>(),
            provider.GetService<IFrameGate>(),
            provider.GetRequiredService<ILive<PresenceOptions>>()
        )
        {
            Tap = provider.GetRequiredService<FrameTap>(),
        });
        services.AddHostedService<DetectionService>();
    }
}
