using Microsoft.Extensions.Options;
using RNNPool.Edge.Core;
using RNNPool.Edge.Events;
using RNNPool.Edge.Sinks.Mqtt.Commands;
using RNNPool.Edge.Sinks.Mqtt.HomeAssistant;
using RNNPool.Edge.Sinks.Mqtt.Outbox;

namespace RNNPool.Edge.Sinks.Mqtt;

internal static class MqttServiceCollectionExtensions
{
    /// <summary>Adds the link to the broker and everything that uses it, when a broker is configured.</summary>
    public static IServiceCollection AddMqtt(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<MqttOptions>().BindConfiguration(MqttOptions.SectionName).ValidateOnStart();
        services.AddSingleton<IValidateOptions<MqttOptions>, MqttOptionsValidator>();
        services.AddHomeAssistantOptions();
        if (string.IsNullOrEmpty(configuration[$"{MqttOptions.SectionName}:{nameof(MqttOptions.Host)}"]))
            return services;
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
        services.AddHomeAssistant();
        services.AddSingleton<IHealthSource, MqttHealth>();
        services.AddSingleton(provider => provider.GetRequiredService<MqttLink>().Heartbeat);
        services.AddSingleton<MqttSink>();
        return services.AddSingleton<IEventSink>(provider => provider.GetRequiredService<MqttSink>());
    }
}
