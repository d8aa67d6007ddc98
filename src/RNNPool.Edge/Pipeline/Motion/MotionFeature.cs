using RNNPool.Edge.Core;
using RNNPool.Edge.Pipeline.Inference;

namespace RNNPool.Edge.Pipeline.Motion;

/// <summary>The motion gate, when <c>Motion:Enabled</c> is true.</summary>
internal sealed class MotionFeature : IFeature
{
    public IReadOnlyList<SettingsSection> Sections { get; } = [new(MotionOptions.SectionName, typeof(MotionOptions))];

    public void AddServices(IServiceCollection services, IConfiguration configuration)
    {
        services.AddSection<MotionOptions, MotionOptionsValidator>(MotionOptions.SectionName, static (section, options) =>
            section.Bind(options)
        );
        if (configuration.GetValue<bool>($"{MotionOptions.SectionName}:{nameof(MotionOptions.Enabled)}"))
            services.AddSingleton<IFrameGateFactory, MotionGateFactory>();
    }
}
