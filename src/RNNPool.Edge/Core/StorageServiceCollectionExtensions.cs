using Microsoft.Extensions.Options;

namespace RNNPool.Edge.Core;

internal static class StorageServiceCollectionExtensions
{
    /// <summary>Adds what the device is called and where it keeps its state.</summary>
    public static IServiceCollection AddStorage(this IServiceCollection services)
    {
        services.AddOptions<DeviceOptions>().BindConfiguration(DeviceOptions.SectionName).ValidateOnStart();
        services.AddSingleton<IValidateOptions<DeviceOptions>, DeviceOptionsValidator>();
        return services.AddSingleton<StateFolder>();
    }
}
