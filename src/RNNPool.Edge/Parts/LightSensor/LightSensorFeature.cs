using RNNPool.Edge.Core;
using RNNPool.Edge.Core.Reports;

namespace RNNPool.Edge.Parts.LightSensor;

/// <summary>A light sensor, when it is enabled.</summary>
internal sealed class LightSensorFeature : IFeature
{
    public IReadOnlyList<SettingsSection> Sections { get; } = [new(LightSensorOptions.SectionName, typeof(LightSensorOptions))];

    public void AddServices(IServiceCollection services, IConfiguration configuration)
    {
        services.AddSection<LightSensorOptions, LightSensorOptionsValidator>(LightSensorOptions.SectionName, static (section, options) =>
            section.Bind(options)
        );
        string? enabled = configuration[$"{LightSensorOptions.SectionName}:{nameof(LightSensorOptions.Enabled)}"];
        if (!bool.TryParse(enabled, out bool on) || !on)
            return;
        services.AddUsedLine(configuration, $"{LightSensorOptions.SectionName}:{nameof(LightSensorOptions.LampPin)}");
        services.AddPart<LightSensorPart>().AddSingleton<IReportSource>(provider => provider.GetRequiredService<LightSensorPart>());
    }
}
