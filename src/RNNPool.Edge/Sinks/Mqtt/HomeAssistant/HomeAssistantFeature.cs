using Microsoft.Extensions.Options;
using RNNPool.Edge.Core;
using RNNPool.Edge.Core.Reports;
using RNNPool.Edge.Vision.Detectors;

namespace RNNPool.Edge.Sinks.Mqtt.HomeAssistant;

/// <summary>Announces the device to Home Assistant, when a broker is configured.</summary>
internal sealed class HomeAssistantFeature : IFeature
{
    public IReadOnlyList<SettingsSection> Sections { get; } = [new(HomeAssistantOptions.SectionName, typeof(HomeAssistantOptions))];

    public void AddServices(IServiceCollection services, IConfiguration configuration)
    {
        services.AddSection<HomeAssistantOptions, HomeAssistantOptionsValidator>(
            HomeAssistantOptions.SectionName,
            static (section, options) => section.Bind(options)
        );
        services.AddSingleton<AnnouncementFile>();
        services.AddSingleton(provider =>
            DiscoveryIdentity.Create(
                provider.GetRequiredService<DeviceIdentity>(),
                provider.GetRequiredService<IOptions<DeviceOptions>>().Value,
                provider.GetRequiredService<IOptions<HomeAssistantOptions>>().Value
            )
        );
        services.AddSingleton<BrokerCleanup>();
        services.AddSingleton(new RetainedTopic(VersionReport.Topic));
        if (!MqttFeature.IsConfigured(configuration))
            return;
        services.AddSingleton<IReportSource, PresenceEntities>();
        services.AddSingleton<IReportSource, PresenceTriggers>();
        services.AddSingleton<IReportSource, VersionReport>();
        services.AddSingleton(provider => new DeviceDiscovery(
            provider.GetRequiredService<DiscoveryIdentity>(),
            provider.GetRequiredService<IDetector>(),
            provider.GetServices<IReportSource>(),
            provider.GetRequiredService<MqttTopics>(),
            provider.GetRequiredService<PageAddress>(),
            provider.GetRequiredService<IOptions<MqttOptions>>().Value.ReportInterval
        ));
        services.AddSingleton<DiscoveryService>();
        services.AddSingleton<IMqttListener>(provider => provider.GetRequiredService<DiscoveryService>());
        services.AddHostedService(provider => provider.GetRequiredService<DiscoveryService>());
    }
}
