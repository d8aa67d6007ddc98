using Microsoft.Extensions.Options;
using RNNPool.Edge.Core;
using RNNPool.Edge.Link.Coprocessor;
using RNNPool.Edge.Vision.Detectors;
using RNNPool.Edge.Vision.Presence;

namespace RNNPool.Edge.Sinks.Mqtt.HomeAssistant;

/// <summary>Announces the device to Home Assistant, when a broker is configured.</summary>
internal sealed class HomeAssistantFeature : IFeature
{
    public IReadOnlyList<SettingsSection> Sections { get; } = [new(HomeAssistantOptions.SectionName, typeof(HomeAssistantOptions))];

    public void AddServices(IServiceCollection services, IConfiguration configuration)
    {
        services.AddSection<HomeAssistantOptions, HomeAssistantOptionsValidator>(HomeAssistantOptions.SectionName);
        if (!MqttFeature.IsConfigured(configuration))
            return;
        services.AddSingleton<AnnouncementFile>();
        services.AddSingleton<Func<DiscoverySubject>>(provider => () => Subject(provider));
        services.AddSingleton<DiscoveryService>();
        services.AddSingleton<IMqttListener>(provider => provider.GetRequiredService<DiscoveryService>());
        services.AddHostedService(provider => provider.GetRequiredService<DiscoveryService>());
    }

    private static DiscoverySubject Subject(IServiceProvider provider)
    {
        DeviceOptions device = provider.GetRequiredService<IOptionsMonitor<DeviceOptions>>().CurrentValue;
        PresenceOptions presence = provider.GetRequiredService<IOptionsMonitor<PresenceOptions>>().CurrentValue;
        var detector = provider.GetRequiredService<IDetector>();
        CoprocessorInfo? info = provider.GetService<CoprocessorClient>()?.Info;
        return new DiscoverySubject(
            provider.GetRequiredService<DeviceIdentity>().Id,
            device.Name ?? Environment.MachineName,
            provider.GetRequiredService<IOptionsMonitor<HomeAssistantOptions>>().CurrentValue.Area,
            ProductVersion.Text,
            detector.Model,
            presence.Labels.Length > 0
                ? [.. detector.Labels.Where(label => presence.Labels.Contains(label, StringComparer.Ordinal))]
                : detector.Labels,
            [.. presence.Zones.Select(zone => zone.Name)],
            device.AllowImages,
            provider.GetRequiredService<IOptions<MqttOptions>>().Value.ReportInterval,
            provider.GetRequiredService<MqttTopics>(),
            provider.GetService<CoprocessorClient>() is null
                ? null
                : new CoprocessorSubject(info?.Hello.Board, info?.Hello.FirmwareVersion.ToString())
        );
    }
}
