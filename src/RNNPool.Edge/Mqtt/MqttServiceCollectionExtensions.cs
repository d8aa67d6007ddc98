using Microsoft.Extensions.Options;
using RNNPool.Edge.Events;
using RNNPool.Edge.Health;

namespace RNNPool.Edge.Mqtt;

internal static class MqttServiceCollectionExtensions
{
    /// <summary>Adds the MQTT sink when a broker is configured.</summary>
    public static IServiceCollection AddMqtt(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<MqttOptions>().BindConfiguration(MqttOptions.SectionName).ValidateOnStart();
        services.AddSingleton<IValidateOptions<MqttOptions>, MqttOptionsValidator>();
        if (string.IsNullOrEmpty(configuration[$"{MqttOptions.SectionName}:{nameof(MqttOptions.Host)}"])) return services;
        services.AddSingleton(provider => provider.GetRequiredService<IOptions<DeviceOptions>>().Value.Id is { } id ? new DeviceIdentity(id) : DeviceIdentity.Read());
        services.AddSingleton<MqttSink>();
        services.AddSingleton<IHealthSource, MqttHealth>();
        return services.AddSingleton<IEventSink>(provider => provider.GetRequiredService<MqttSink>());
    }
}
