using RNNPool.Edge.Core;
using RNNPool.Edge.Core.Reports;
using RNNPool.Edge.Pipeline.Camera;
using RNNPool.Edge.Pipeline.Inference;
using RNNPool.Edge.Pipeline.Status;
using RNNPool.Edge.Vision.Cameras;

namespace RNNPool.Edge.Pipeline;

/// <summary>The pipelines of the cameras and the services that run them, made of the parts of the other features.</summary>
internal sealed class PipelineFeature : IFeature
{
    public IReadOnlyList<SettingsSection> Sections { get; } = [];

    /// <summary>The capture is registered last, so that it stops first and its last frame is still detected.</summary>
    public void AddServices(IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton<IReportSource, PipelineReport>();
        services.AddSingleton<CameraPipelineFactory>();
        AddCamera(services);
        services.AddHostedService<DetectionService>();
        services.AddHostedService<CaptureService>();
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
