using Microsoft.Extensions.Options;
using RNNPool.Edge.Core;

namespace RNNPool.Edge.Pipeline.Control;

internal static class ControlServiceCollectionExtensions
{
    /// <summary>Adds what may be changed while the device runs.</summary>
    public static IServiceCollection AddControl(this IServiceCollection services)
    {
        services.AddSingleton<ControlsFile>();
        services.AddSingleton(provider => new SnapshotSource(
            () => provider.GetRequiredService<IOptionsMonitor<DeviceOptions>>().CurrentValue.AllowImages,
            provider.GetRequiredService<TimeProvider>()
        ));
        return services.AddSingleton<DeviceControls>();
    }
}
