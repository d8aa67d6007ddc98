using RNNPool.Edge.Core;

namespace RNNPool.Edge.Pipeline.Control;

/// <summary>Switches of the running device.</summary>
internal sealed class ControlFeature : IFeature
{
    public IReadOnlyList<SettingsSection> Sections { get; } = [];

    public void AddServices(IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton<ControlsFile>();
        services.AddSingleton<DeviceControls>();
    }
}
