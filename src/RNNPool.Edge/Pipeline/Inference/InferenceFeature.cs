using RNNPool.Edge.Core;
using RNNPool.Edge.Core.Reports;
using RNNPool.Edge.Pipeline.Camera;
using RNNPool.Edge.Pipeline.Coprocessor;
using RNNPool.Edge.Pipeline.Status;
using RNNPool.Edge.Vision.Cameras;
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
        services.AddSingleton<DetectorFactory>();
        services.AddSingleton(provider => provider.GetRequiredService<DetectorFactory>().Create());
    }

    public void AddServices(IServiceCollection services, IConfiguration configuration)
    {
        AddDetector(services);
        services.AddSection<PresenceOptions, PresenceOptionsValidator>(PresenceOptions.SectionName);
        services.AddSingleton<IReportSource, PipelineReport>();
        services.AddSingleton<IDoctorCheck, ModelCheck>();
        services.AddSingleton<DetectionEngine>();
        services.AddSingleton<CameraPipelineFactory>();
        AddCamera(services);
        services.AddHostedService<DetectionService>();
    }

    // Every camera is one more CameraPipeline; the ports of this one are what the page, health and MQTT show.
    private static void AddCamera(IServiceCollection services)
    {
        services.AddSingleton<PipelineStatus>();
        services.AddSingleton<FrameTap>();
        services.AddSingleton(_ => new FrameSlot());
        services.AddSingleton<CameraPorts>();
        services.AddSingleton(provider =>
            provider
                .GetRequiredService<CameraPipelineFactory>()
                .Create(provider.GetRequiredService<ICameraFactory>(), provider.GetRequiredService<CameraPorts>())
        );
    }
}
