using Microsoft.Extensions.DependencyInjection.Extensions;
using RNNPool.Edge.Core;

namespace RNNPool.Edge.Parts.StatusLight;

/// <summary>A chain of LEDs, when it is enabled.</summary>
internal sealed class StatusLightFeature : IFeature
{
    public IReadOnlyList<SettingsSection> Sections { get; } = [new(StatusLightOptions.SectionName, typeof(StatusLightOptions))];

    public void AddServices(IServiceCollection services, IConfiguration configuration)
    {
        services.AddSection<StatusLightOptions, StatusLightOptionsValidator>(StatusLightOptions.SectionName, static (section, options) =>
            section.Bind(options)
        );
        IConfigurationSection section = configuration.GetSection(StatusLightOptions.SectionName);
        if (!bool.TryParse(section[nameof(StatusLightOptions.Enabled)], out bool enabled) || !enabled)
            return;
        services.TryAddSingleton<DisplaySource>();
        services.AddPart<StatusLightPart>();
    }
}
