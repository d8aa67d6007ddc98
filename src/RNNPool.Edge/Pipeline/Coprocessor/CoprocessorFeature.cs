using Microsoft.Extensions.Options;
using RNNPool.Edge.Core;
using RNNPool.Edge.Core.Reports;
using RNNPool.Edge.Link.Coprocessor;
using RNNPool.Edge.Link.Transports;
using RNNPool.Edge.Models.Folders;
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
        IConfigurationSection section = configuration.GetSection(CoprocessorOptions.SectionName);
        bool host =
            Enum.TryParse(section[nameof(CoprocessorOptions.Mode)], ignoreCase: true, out CoprocessorMode mode)
            && mode == CoprocessorMode.Host;
        if (host || string.IsNullOrEmpty(section[nameof(CoprocessorOptions.Endpoint)]))
            return;
        services.AddSingleton<ITransportFactory>(provider =>
            LinkEndpoint.Parse(provider.GetRequiredService<IOptions<CoprocessorOptions>>().Value.Endpoint!)
        );
        services.AddSingleton(provider =>
            DeviceModel.Load(ModelFolder.Open(provider.GetRequiredService<IOptions<ModelOptions>>().Value.Resolve()))
        );
        services.AddSingleton<CoprocessorStatus>();
        services.AddSingleton<ModelSynchronizer>();
        services.AddSingleton(provider => provider.GetRequiredService<IOptions<CoprocessorOptions>>().Value.CreateClientOptions());
        services.AddSingleton<CoprocessorClient>();
        services.AddSingleton<FailoverDetectorFactory>();
        services.AddSingleton(provider => provider.GetRequiredService<FailoverDetectorFactory>().Create());
        services.AddSingleton<IDetector>(provider => provider.GetRequiredService<FailoverDetector>());
        services.AddSingleton<IHealthSource, CoprocessorHealth>();
        services.AddSingleton<IReportSource, CoprocessorReportSource>();
        services.AddHostedService<CoprocessorService>();
    }
}
