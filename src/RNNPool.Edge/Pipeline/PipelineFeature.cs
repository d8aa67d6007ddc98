using RNNPool.Edge.Core;
using RNNPool.Edge.Core.Reports;

namespace RNNPool.Edge.Pipeline;

/// <summary>The pipelines of the cameras and the services that run them, made of the parts of the other features.</summary>
internal sealed class PipelineFeature : IFeature
{
    public IReadOnlyList<SettingsSection> Sections { get; } = [];

    /// <summary>The capture is registered last, so that it stops first and its last frame is still detected.</summary>
    public void AddServices(IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton<IReportSource, PipelineReport>();
        services.AddSingleton<CameraSet>();
        services.AddSingleton<CameraSnapshots>();
        services.AddSingleton<PipelineTotals>();
        services.AddSingleton<CameraPipelineFactory>();
        services.AddSingleton<IReadOnlyList<CameraPipeline>>(provider =>
        {
            CameraSet cameras = provider.GetRequiredService<CameraSet>();
            CameraPipelineFactory factory = provider.GetRequiredService<CameraPipelineFactory>();
            return [.. cameras.Select(camera => factory.Create(camera, isOnly: cameras.Count == 1))];
        });
        services.AddHostedService<DetectionService>();
        services.AddHostedService<CaptureService>();
    }
}
