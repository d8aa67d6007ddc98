using Microsoft.Extensions.Options;
using RNNPool.Edge.Core;
using RNNPool.Edge.Events;
using RNNPool.Edge.Pipeline.Engines;
using RNNPool.Edge.Vision.Cameras;

namespace RNNPool.Edge.Pipeline.Camera;

/// <summary>The cameras and their capture.</summary>
internal sealed class CameraFeature : IFeature
{
    public IReadOnlyList<SettingsSection> Sections { get; } =
    [new(CameraOptions.SectionName, typeof(CameraOptions)), new(CamerasOptions.SectionName, typeof(CamerasOptions))];

    /// <summary>Names of all cameras of a device that has several; empty for a device with one.</summary>
    public static IReadOnlyList<string> FindNames(IConfiguration configuration)
    {
        string[] others = [.. configuration.GetSection(CamerasOptions.SectionName).GetChildren().Select(camera => camera.Key)];
        string? main = configuration[$"{CameraOptions.SectionName}:{nameof(CameraOptions.Name)}"];
        return others.Length > 0 && main is not null ? [main, .. others] : others;
    }

    public void AddServices(IServiceCollection services, IConfiguration configuration)
    {
        services.AddSection<CameraOptions, CameraOptionsValidator>(CameraOptions.SectionName, static (section, options) =>
            section.Bind(options)
        );
        services.AddSection<CamerasOptions, CamerasOptionsValidator>(CamerasOptions.SectionName, static (section, options) =>
            section.Bind(options)
        );
        services.AddSingleton(provider =>
            CameraFactory.CreateDefault(provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILoggerFactory>())
        );
        services.AddSingleton<CameraSettings>().AddSingleton<ICameraZones>(provider => provider.GetRequiredService<CameraSettings>());
        services.AddSingleton<ICameraFactory>(provider =>
        {
            CameraOptions main = provider.GetRequiredService<IOptions<CameraOptions>>().Value;
            return Create(provider, main.Name, main);
        });
        foreach (IConfigurationSection camera in configuration.GetSection(CamerasOptions.SectionName).GetChildren())
        {
            services.AddSingleton<ICameraFactory>(provider =>
                Create(provider, camera.Key, provider.GetRequiredService<CameraSettings>().Capture(camera.Key))
            );
        }

        services.AddSingleton<IDoctorCheck, CameraCheck>();
        services.AddSingleton<IDeviceFileSource, CameraDeviceFiles>();
        services.AddSingleton<CaptureMetrics>();
        services.AddSingleton<MotionSensor>();

        static ConfiguredCamera Create(IServiceProvider provider, string? name, CaptureOptions options) =>
            new(
                name,
                options,
                provider.GetRequiredService<CameraFactory>(),
                provider.GetRequiredService<IOptions<ModelOptions>>(),
                provider.GetRequiredService<ImagePolicy>()
            );
    }
}
