using Microsoft.Extensions.DependencyInjection.Extensions;
using RNNPool.Edge.Core;

namespace RNNPool.Edge.Parts.Oled;

/// <summary>A graphic display, when it is enabled.</summary>
internal sealed class OledFeature : IFeature
{
    public IReadOnlyList<SettingsSection> Sections { get; } = [new(OledOptions.SectionName, typeof(OledOptions))];

    public void AddServices(IServiceCollection services, IConfiguration configuration)
    {
        services.AddSection<OledOptions, OledOptionsValidator>(OledOptions.SectionName, static (section, options) => section.Bind(options));
        IConfigurationSection section = configuration.GetSection(OledOptions.SectionName);
        if (!bool.TryParse(section[nameof(OledOptions.Enabled)], out bool enabled) || !enabled)
            return;
        services.TryAddSingleton<DisplaySource>();
        services.AddPart<OledPart>();
    }
}
