using RNNPool.Edge.Core;
using RNNPool.Edge.Core.Reports;

namespace RNNPool.Edge.Parts.Button;

/// <summary>The button, when <c>Button:Pin</c> is set.</summary>
internal sealed class ButtonFeature : IFeature
{
    public IReadOnlyList<SettingsSection> Sections { get; } = [new(ButtonOptions.SectionName, typeof(ButtonOptions))];

    public void AddServices(IServiceCollection services, IConfiguration configuration)
    {
        services.AddSection<ButtonOptions, ButtonOptionsValidator>(ButtonOptions.SectionName, static (section, options) =>
            section.Bind(options)
        );
        services.AddUsedLine(configuration, $"{ButtonOptions.SectionName}:{nameof(ButtonOptions.Pin)}");
        if (!string.IsNullOrEmpty(configuration[$"{ButtonOptions.SectionName}:{nameof(ButtonOptions.Pin)}"]))
            services.AddPart<ButtonPart>().AddSingleton<IReportSource>(provider => provider.GetRequiredService<ButtonPart>());
    }
}
