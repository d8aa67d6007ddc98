using Microsoft.Extensions.Options;
using RNNPool.Edge.Core;
using RNNPool.Edge.Pipeline.Control;
using RNNPool.Edge.Pipeline.Coprocessor;
using RNNPool.Edge.Pipeline.Inference;
using RNNPool.Edge.Pipeline.Status;
using RNNPool.Edge.Vision.Detectors;
using RNNPool.Edge.Vision.Presence;

namespace RNNPool.Edge.Pipeline;

internal static class PipelineServiceCollectionExtensions
{
    /// <summary>Adds the detector and what stands between it and the events.</summary>
    public static IServiceCollection AddPipeline(this IServiceCollection services)
    {
        services.AddDetector();
        services.AddOptions<PresenceOptions>().BindConfiguration(PresenceOptions.SectionName).ValidateOnStart();
        services.AddSingleton<IValidateOptions<PresenceOptions>, PresenceOptionsValidator>();
        services.AddSingleton<PipelineStatus>();
        services.AddSingleton<FrameTap>();
        services.AddControl();
        services.AddSingleton(provider => new PipelineControls(
            provider.GetRequiredService<DeviceControls>(),
            provider.GetRequiredService<SnapshotSource>(),
            provider.GetService<IFrameGate>(),
            provider.GetRequiredService<ILive<PresenceOptions>>()
        )
        {
            Tap = provider.GetRequiredService<FrameTap>(),
        });
        return services.AddHostedService<DetectionService>();
    }

    /// <summary>Adds the model and its engine alone.</summary>
    public static IServiceCollection AddDetector(this IServiceCollection services)
    {
        services.AddOptions<ModelOptions>().BindConfiguration(ModelOptions.SectionName).ValidateOnStart();
        services.AddSingleton<IValidateOptions<ModelOptions>, ModelOptionsValidator>();
        services.AddOptions<DetectorOptions>().BindConfiguration(DetectorOptions.SectionName).ValidateOnStart();
        services.AddSingleton<IValidateOptions<DetectorOptions>, DetectorOptionsValidator>();
        services.AddCoprocessorOptions();
        return services.AddSingleton<IDetector>(DetectorFactory.Create);
    }
}
