using Microsoft.Extensions.DependencyInjection.Extensions;
using RNNPool.Edge.Core;

namespace RNNPool.Edge.Parts.Lcd;

/// <summary>A character display, when it is enabled.</summary>
internal sealed class LcdFeature : IFeature
{
    public IReadOnlyList<SettingsSection> Sections { get; } = [new(LcdOptions.SectionName, typeof(LcdOptions))];

    public void AddServices(IServiceCollection services, IConfiguration configuration)
    {
        services.AddSection<LcdOptions, LcdOptionsValidator>(LcdOptions.SectionName, static (section, options) => section.Bind(options));
        IConfigurationSection section = configuration.GetSection(LcdOptions.SectionName);
        if (!bool.TryParse(section[nameof(LcdOptions.Enabled)], out bool enabled) || !enabled)
            return;
        services.TryAddSingleton<DisplaySource>();
        services.AddPart<LcdPart>();
    }
}
