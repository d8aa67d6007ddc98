using Microsoft.Extensions.Options;
using RNNPool.Edge.Core;
using RNNPool.Edge.Health.Metrics;
using RNNPool.Edge.Health.Systemd;

namespace RNNPool.Edge.Health;

internal static class HealthServiceCollectionExtensions
{
    /// <summary>Adds the health model and everybody that it feeds but MQTT and the page: log, systemd, metrics.</summary>
    public static IServiceCollection AddHealth(this IServiceCollection services)
    {
        services.AddOptions<HealthOptions>().BindConfiguration(HealthOptions.SectionName).ValidateOnStart();
        services.AddSingleton<IValidateOptions<HealthOptions>, HealthOptionsValidator>();
        services.AddSingleton(new MachineSensors());
        services
            .AddSingleton<TemperatureHealth>()
            .AddSingleton<IHealthSource>(provider => provider.GetRequiredService<TemperatureHealth>());
        services.AddSingleton<DiskHealth>().AddSingleton<IHealthSource>(provider => provider.GetRequiredService<DiskHealth>());
        services.AddSingleton<HealthModel>();
        services.AddSingleton<HealthMonitor>();
        services.AddSingleton<PipelineLiveness>();
        services.AddSingleton(ServiceEnvironment.Read(Environment.GetEnvironmentVariable));
        services.AddSingleton(provider => new NotifySocket(provider.GetRequiredService<ServiceEnvironment>().NotifySocket));
        services.AddSingleton<DeviceInstruments>();
        services.AddSingleton<MetricsCollector>();
        services.AddHostedService<MetricsStart>();
        services.AddHostedService(provider => provider.GetRequiredService<HealthMonitor>());
        return services.AddHostedService<SystemdService>();
    }
}
