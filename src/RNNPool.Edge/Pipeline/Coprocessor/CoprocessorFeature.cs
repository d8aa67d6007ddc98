using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using RNNPool.Edge.Core;
using RNNPool.Edge.Core.Reports;
using RNNPool.Edge.Link.Coprocessor;
using RNNPool.Edge.Link.Transports;
using RNNPool.Edge.Pipeline.Engines;
using RNNPool.Edge.Vision.Detectors;

namespace RNNPool.Edge.Pipeline.Coprocessor;

/// <summary>The link to a coprocessor and the detector that uses it, when the settings name one.</summary>
internal sealed class CoprocessorFeature : IFeature
{
    public IReadOnlyList<SettingsSection> Sections { get; } = [new(CoprocessorOptions.SectionName, typeof(CoprocessorOptions))];

    /// <summary>Replaces the detector of this machine, so this feature comes after the one that adds it.</summary>
    public void AddServices(IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton<IDoctorCheck, CoprocessorCheck>();
        services.AddSingleton<IDeviceFileSource, CoprocessorDeviceFiles>();
        services.AddSingleton(new RetainedTopic(CoprocessorReportSource.Topic, CoprocessorReportSource.DeviceSuffix));
        services.AddSingleton(new RetainedTopic(CoprocessorReportSource.VersionTopic, CoprocessorReportSource.DeviceSuffix));
        IConfigurationSection section = configuration.GetSection(CoprocessorOptions.SectionName);
        if (!Enum.TryParse(section[nameof(CoprocessorOptions.Mode)], ignoreCase: true, out CoprocessorMode mode))
            mode = CoprocessorMode.Auto;
        if (mode == CoprocessorMode.Host || string.IsNullOrEmpty(section[nameof(CoprocessorOptions.Endpoint)]))
            return;
        services.AddSingleton<ITransportFactory>(provider =>
            LinkEndpoint.Parse(provider.GetRequiredService<IOptions<CoprocessorOptions>>().Value.Endpoint!)
        );
        if (mode == CoprocessorMode.Coprocessor)
            services.RemoveAll<IModelUser>(); // this machine runs no model
        services.AddSingleton<CoprocessorModel>().AddSingleton<IModelUser>(provider => provider.GetRequiredService<CoprocessorModel>());
        services.AddSingleton(provider =>
        {
            provider.GetRequiredService<ActiveModel>().Load();
            return provider.GetRequiredService<CoprocessorModel>().Model!;
        });
        services.AddSingleton<CoprocessorStatus>();
        services.AddSingleton<ModelSynchronizer>();
        services.AddSingleton(provider => provider.GetRequiredService<IOptions<CoprocessorOptions>>().Value.CreateClientOptions());
        services.AddSingleton<CoprocessorClient>();
        services.AddSingleton<FailoverDetectorFactory>();
        services.AddSingleton(provider => provider.GetRequiredService<FailoverDetectorFactory>().Create());
        services.AddSingleton<IDetector>(provider => provider.GetRequiredService<FailoverDetector>());
        services.AddSingleton<IHealthSource, CoprocessorHealth>();
        services.AddSingleton(CarriedFirmware.Default);
        services.AddSingleton<IReportSource, CoprocessorReportSource>();
        services.AddHostedService<CoprocessorService>();
    }
}
