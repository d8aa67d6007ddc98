using RNNPool.Edge.Core;

namespace RNNPool.Edge.Pipeline.Control;

/// <summary>Switches of the running device, and its quiet hours.</summary>
internal sealed class ControlFeature : IFeature
{
    public IReadOnlyList<SettingsSection> Sections { get; } = [new(QuietHoursOptions.SectionName, typeof(QuietHoursOptions))];

    public void AddServices(IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton<ControlsFile>();
        services.AddSingleton<DeviceControls>();
        services.AddSection<QuietHoursOptions, QuietHoursOptionsValidator>(QuietHoursOptions.SectionName, static (section, options) =>
            section.Bind(options)
        );
        services.AddSingleton<QuietHours>();
        services.AddHostedService<QuietHoursService>();
    }
}
