using RNNPool.Edge.Core;

namespace RNNPool.Edge.Parts.Buzzer;

/// <summary>A buzzer, when <c>Buzzer:Pin</c> or <c>Buzzer:PwmChannel</c> is set.</summary>
internal sealed class BuzzerFeature : IFeature
{
    public IReadOnlyList<SettingsSection> Sections { get; } = [new(BuzzerOptions.SectionName, typeof(BuzzerOptions))];

    public void AddServices(IServiceCollection services, IConfiguration configuration)
    {
        services.AddSection<BuzzerOptions, BuzzerOptionsValidator>(BuzzerOptions.SectionName, static (section, options) =>
            section.Bind(options)
        );
        services.AddUsedLine(configuration, $"{BuzzerOptions.SectionName}:{nameof(BuzzerOptions.Pin)}");
        IConfigurationSection section = configuration.GetSection(BuzzerOptions.SectionName);
        if (!string.IsNullOrEmpty(section[nameof(BuzzerOptions.Pin)]) || !string.IsNullOrEmpty(section[nameof(BuzzerOptions.PwmChannel)]))
            services.AddPart<BuzzerPart>();
    }
}
