using RNNPool.Edge.Core;
using RNNPool.Edge.Vision.Cameras;

namespace RNNPool.Edge.Pipeline.Camera;

/// <summary>The camera and its capture.</summary>
internal sealed class CameraFeature : IFeature
{
    public IReadOnlyList<SettingsSection> Sections { get; } = [new(CameraOptions.SectionName, typeof(CameraOptions))];

    public void AddServices(IServiceCollection services, IConfiguration configuration)
    {
        services.AddSection<CameraOptions, CameraOptionsValidator>(CameraOptions.SectionName, static (section, options) =>
            section.Bind(options)
        );
        services.AddSingleton(provider =>
            CameraFactory.CreateDefault(provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILoggerFactory>())
        );
        services.AddSingleton<ICameraFactory, ConfiguredCamera>();
        services.AddSingleton<IDoctorCheck, CameraCheck>();
        services.AddSingleton<IDeviceFileSource, CameraDeviceFiles>();
        services.AddSingleton<CaptureMetrics>();
        services.AddSingleton<MotionSensor>();
    }
}
