using Microsoft.Extensions.Hosting.Systemd;
using RNNPool.Edge.Core;
using RNNPool.Edge.Core.Reports;
using RNNPool.Edge.Health.Metrics;
using RNNPool.Edge.Health.Systemd;

namespace RNNPool.Edge.Health;

/// <summary>The health model, the log of its changes, systemd's watchdog and the metrics.</summary>
internal sealed class HealthFeature : IFeature
{
    public IReadOnlyList<SettingsSection> Sections { get; } = [new(HealthOptions.SectionName, typeof(HealthOptions))];

    public void AddServices(IServiceCollection services, IConfiguration configuration)
    {
        services.AddSection<HealthOptions, HealthOptionsValidator>(HealthOptions.SectionName, static (section, options) =>
            section.Bind(options)
        );
        services.AddSingleton(new MachineSensors());
        services
            .AddSingleton<TemperatureHealth>()
            .AddSingleton<IHealthSource>(provider => provider.GetRequiredService<TemperatureHealth>());
        services.AddSingleton<PowerHealth>().AddSingleton<IHealthSource>(provider => provider.GetRequiredService<PowerHealth>());
        services.AddSingleton<DiskHealth>().AddSingleton<IHealthSource>(provider => provider.GetRequiredService<DiskHealth>());
        services.AddSingleton<HealthModel>();
        services.AddSingleton<HealthMonitor>();
        services.AddSingleton<IHealthMonitor>(provider => provider.GetRequiredService<HealthMonitor>());
        services.AddSingleton(new RetainedTopic(HealthReportSource.Topic));
        services.AddSingleton<IReportSource, HealthReportSource>();
        services.AddSingleton(new RetainedTopic(StartReport.Topic));
        services.AddSingleton<IReportSource, StartReport>();
        services.AddSingleton<IDoctorCheck, TemperatureCheck>().AddSingleton<IDoctorCheck, PowerCheck>();
        services.AddSingleton<PipelineLiveness>();
        services.AddSingleton(ServiceEnvironment.Read(Environment.GetEnvironmentVariable));
        services.AddSingleton<ISystemdNotifier, SystemdNotifier>();
        services.AddSingleton<ServiceManager>();
        services.AddSingleton<IServiceManager>(provider => provider.GetRequiredService<ServiceManager>());
        services.AddSingleton<DeviceInstruments>();
        services.AddSingleton<MetricsCollector>();
        services.AddHostedService<MetricsStart>();
        services.AddHostedService(provider => provider.GetRequiredService<HealthMonitor>());
        services.AddHostedService<SystemdService>();
    }
}
