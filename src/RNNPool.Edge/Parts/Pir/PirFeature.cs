using RNNPool.Edge.Core;
using RNNPool.Edge.Core.Reports;

namespace RNNPool.Edge.Parts.Pir;

/// <summary>The motion sensor, when <c>Pir:Pin</c> is set.</summary>
internal sealed class PirFeature : IFeature
{
    public IReadOnlyList<SettingsSection> Sections { get; } = [new(PirOptions.SectionName, typeof(PirOptions))];

    public void AddServices(IServiceCollection services, IConfiguration configuration)
    {
        services.AddSection<PirOptions, PirOptionsValidator>(PirOptions.SectionName, static (section, options) => section.Bind(options));
        services.AddUsedLine(configuration, $"{PirOptions.SectionName}:{nameof(PirOptions.Pin)}");
        services.AddSingleton(new RetainedTopic(PirPart.Topic));
        if (!string.IsNullOrEmpty(configuration[$"{PirOptions.SectionName}:{nameof(PirOptions.Pin)}"]))
            services.AddPart<PirPart>().AddSingleton<IReportSource>(provider => provider.GetRequiredService<PirPart>());
    }
}
