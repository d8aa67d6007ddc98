using Microsoft.Extensions.Options;
using RNNPool.Edge.Core;
using RNNPool.Edge.Events;
using RNNPool.Edge.Sinks.Mqtt.Commands;
using RNNPool.Edge.Sinks.Mqtt.Outbox;

namespace RNNPool.Edge.Sinks.Mqtt;

/// <summary>The link to a broker and the publishers that use it, when a broker is configured.</summary>
internal sealed class MqttFeature : IFeature
{
    public IReadOnlyList<SettingsSection> Sections { get; } = [new(MqttOptions.SectionName, typeof(MqttOptions))];

    /// <summary>Whether the settings name a broker.</summary>
    public static bool IsConfigured(IConfiguration configuration) =>
        !string.IsNullOrEmpty(configuration[$"{MqttOptions.SectionName}:{nameof(MqttOptions.Host)}"]);

    public void AddServices(IServiceCollection services, IConfiguration configuration)
    {
        services.AddSection<MqttOptions, MqttOptionsValidator>(MqttOptions.SectionName);
        if (!IsConfigured(configuration))
            return;
        services.AddSingleton(provider =>
            provider.GetRequiredService<IOptions<DeviceOptions>>().Value.Id is { } id ? new DeviceIdentity(id) : DeviceIdentity.Read()
        );
        services.AddSingleton(provider => new MqttTopics(
            provider.GetRequiredService<DeviceIdentity>().Expand(provider.GetRequiredService<IOptions<MqttOptions>>().Value.TopicPrefix)
        ));
        services.AddSingleton<WorkSignal>();
        services.AddSingleton<EventOutbox>();
        services.AddSingleton<RetainedStates>();

        // Asked for late: who listens to the link may also publish by it.
        services.AddSingleton(provider =>
        {
            var listeners = new Lazy<IMqttListener[]>(() => [.. provider.GetServices<IMqttListener>()]);
            return new Func<IMqttListener[]>(() => listeners.Value);
        });
        services.AddSingleton<MqttLink>();
        services.AddSingleton<MqttMetrics>();
        services.AddSingleton<Func<MqttMetrics>>(provider => provider.GetRequiredService<MqttMetrics>);
        services.AddSingleton<CommandService>();
        services.AddSingleton<IMqttListener>(provider => provider.GetRequiredService<CommandService>());
        services.AddHostedService(provider => provider.GetRequiredService<CommandService>());
        services.AddHostedService<ReportService>();
        services.AddSingleton<IHealthSource, MqttHealth>();
        services.AddSingleton(provider => provider.GetRequiredService<MqttLink>().Heartbeat);
        services.AddSingleton<MqttSink>();
        services.AddSingleton<IEventSink>(provider => provider.GetRequiredService<MqttSink>());
    }
}
