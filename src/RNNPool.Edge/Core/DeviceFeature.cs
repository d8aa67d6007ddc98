namespace RNNPool.Edge.Core;

/// <summary>The device's name, state folder, permission for pictures, metrics and loops.</summary>
internal sealed class DeviceFeature : IFeature
{
    public IReadOnlyList<SettingsSection> Sections { get; } = [new(DeviceOptions.SectionName, typeof(DeviceOptions))];

    public void AddServices(IServiceCollection services, IConfiguration configuration)
    {
        services.AddSection<DeviceOptions, DeviceOptionsValidator>(DeviceOptions.SectionName, static (section, options) =>
            section.Bind(options)
        );
        services.AddSingleton<StateFolder>().AddSingleton<DeviceMarker>();
        services.AddSingleton<ClockTrust>();
        services.AddSingleton<DeviceStart>();
        services.AddSingleton<SettingChecks>();
        services.AddSingleton<DeviceMetrics>();
        services.AddSingleton<ImagePolicy>();
        services.AddSingleton<LoopSupervisor>().AddSingleton<IHealthSource>(provider => provider.GetRequiredService<LoopSupervisor>());
    }
}
