using RNNPool.Edge.Core;

namespace RNNPool.Edge.Parts.PanTilt;

/// <summary>Servos that turn a camera, when they are enabled.</summary>
internal sealed class PanTiltFeature : IFeature
{
    public IReadOnlyList<SettingsSection> Sections { get; } = [new(PanTiltOptions.SectionName, typeof(PanTiltOptions))];

    public void AddServices(IServiceCollection services, IConfiguration configuration)
    {
        services.AddSection<PanTiltOptions, PanTiltOptionsValidator>(PanTiltOptions.SectionName, static (section, options) =>
            section.Bind(options)
        );
        IConfigurationSection section = configuration.GetSection(PanTiltOptions.SectionName);
        if (bool.TryParse(section[nameof(PanTiltOptions.Enabled)], out bool enabled) && enabled)
            services.AddPart<PanTiltPart>();
    }
}
