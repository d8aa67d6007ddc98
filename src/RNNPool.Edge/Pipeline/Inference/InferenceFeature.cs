using RNNPool.Edge.Core;
using RNNPool.Edge.Pipeline.Coprocessor;
using RNNPool.Edge.Pipeline.Engines;
using RNNPool.Edge.Vision.Detectors;
using RNNPool.Edge.Vision.Presence;

namespace RNNPool.Edge.Pipeline.Inference;

/// <summary>The model, the detector and the presence of objects.</summary>
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
        services.AddSection<ModelOptions, ModelOptionsValidator>(ModelOptions.SectionName, static (section, options) =>
            section.Bind(options)
        );
        services.AddSection<DetectorOptions, DetectorOptionsValidator>(DetectorOptions.SectionName, static (section, options) =>
            section.Bind(options)
        );
        services.AddSection<CoprocessorOptions, CoprocessorOptionsValidator>(CoprocessorOptions.SectionName, static (section, options) =>
            section.Bind(options)
        );
        services.AddSingleton<DetectorFactory>();
        services.AddSingleton<HostModel>();
        services.AddSingleton<IModelUser>(provider => provider.GetRequiredService<HostModel>());
        services.AddSingleton<ActiveModel>();
        services.AddSingleton(provider =>
        {
            provider.GetRequiredService<ActiveModel>().Load();
            return provider.GetRequiredService<HostModel>().Detector!;
        });
    }

    public void AddServices(IServiceCollection services, IConfiguration configuration)
    {
        AddDetector(services);
        services.AddSection<PresenceOptions, PresenceOptionsValidator>(PresenceOptions.SectionName, static (section, options) =>
            section.Bind(options)
        );
        services.AddSingleton<ISettingCheck, PresenceModelCheck>().AddSingleton<IHealthSource, PresenceHealth>();
        services
            .AddSingleton<LoadAttempts>()
            .AddSingleton<BundledModels>()
            .AddSingleton<IHealthSource>(provider => provider.GetRequiredService<ActiveModel>());
        services.AddSingleton<IDoctorCheck, ModelCheck>().AddSingleton<IDoctorCheck, ModelSignatureCheck>();
        services.AddSingleton<DetectionEngine>();
    }
}
