using Microsoft.Extensions.Options;
using RNNPool.Edge.Vision.Cameras;

namespace RNNPool.Edge.Pipeline.Camera;

internal static class CaptureServiceCollectionExtensions
{
    /// <summary>Adds the camera, its supervisor and the slot that they fill.</summary>
    public static IServiceCollection AddCapture(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<CameraOptions>().BindConfiguration(CameraOptions.SectionName).ValidateOnStart();
        services.AddSingleton<IValidateOptions<CameraOptions>, CameraOptionsValidator>();
        services.AddSingleton(provider =>
            CameraFactory.CreateDefault(provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILoggerFactory>())
        );
        services.AddSingleton<ICameraFactory, ConfiguredCamera>();
        services.AddSingleton<LatestFrame>();
        services.AddSingleton<FrameDemand>();
        services.AddSingleton<CaptureMetrics>();
        bool none = configuration[$"{CameraOptions.SectionName}:{nameof(CameraOptions.Source)}"] == NoCamera.Source;
        return none ? services.AddHostedService<NoCamera>() : services.AddHostedService<CaptureService>();
    }
}
