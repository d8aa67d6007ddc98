using Microsoft.Extensions.Options;
using RNNPool.Edge.Core;
using RNNPool.Edge.Link.Coprocessor;
using RNNPool.Edge.Vision.Detectors;
using RNNPool.Edge.Vision.Presence;

namespace RNNPool.Edge.Sinks.Mqtt.HomeAssistant;

internal static class HomeAssistantServiceCollectionExtensions
{
    /// <summary>Adds the announcement of the device, which needs the link to a broker.</summary>
    public static IServiceCollection AddHomeAssistant(this IServiceCollection services)
    {
        services.AddSingleton<AnnouncementFile>();
        services.AddSingleton<Func<DiscoverySubject>>(provider => () => Subject(provider));
        services.AddSingleton<DiscoveryService>();
        services.AddSingleton<IMqttListener>(provider => provider.GetRequiredService<DiscoveryService>());
        return services.AddHostedService(provider => provider.GetRequiredService<DiscoveryService>());
    }

    /// <summary>Adds the settings alone.</summary>
    public static IServiceCollection AddHomeAssistantOptions(this IServiceCollection services)
    {
        services.AddOptions<HomeAssistantOptions>().BindConfiguration(HomeAssistantOptions.SectionName).ValidateOnStart();
        return services.AddSingleton<IValidateOptions<HomeAssistantOptions>, HomeAssistantOptionsValidator>();
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
