using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Options;
using RNNPool.Edge.Core;
using RNNPool.Edge.Pipeline.Inference;
using RNNPool.Edge.Settings;

namespace RNNPool.Edge.Host;

/// <inheritdoc/>
internal sealed class DeviceComposer : IDeviceComposer
{
    public SettingsLoader Settings => DeviceHost.Settings;

    public void Validate(DeviceSettings settings)
    {
        using ServiceProvider services = BuildDevice(settings);
        services.GetRequiredService<IStartupValidator>().Validate();
    }

    public IReadOnlyList<string> FindProblems(DeviceSettings settings, IReadOnlyCollection<string>? changed = null)
    {
        using ServiceProvider services = BuildDevice(settings);
        return services.GetRequiredService<SettingChecks>().FindProblems(changed);
    }

    public Composition<T> Compose<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] T>(
        DeviceSettings settings,
        CompositionScope scope = CompositionScope.Device
    )
        where T : class
    {
        ServiceProvider services = scope == CompositionScope.Device ? BuildDevice(settings) : BuildModel(settings);
        try
        {
            if (scope == CompositionScope.Model)
                services.GetRequiredService<IStartupValidator>().Validate();
            return new Composition<T>(services.GetService<T>() ?? ActivatorUtilities.CreateInstance<T>(services), services);
        }
        catch
        {
            services.Dispose();
            throw;
        }
    }

    private static ServiceProvider BuildDevice(DeviceSettings settings)
    {
        WebApplicationBuilder builder = DeviceHost.CreateBuilder(settings);
        builder.Logging.ClearProviders();
#pragma warning disable ASP0000 // These services are a second copy on purpose; they are disposed before the host uses its own.
        return builder.Services.BuildServiceProvider();
#pragma warning restore ASP0000
    }

    private static ServiceProvider BuildModel(DeviceSettings settings)
    {
        IConfigurationRoot configuration = new ConfigurationBuilder().Add(new DeviceSettingsProvider(settings)).Build();
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(configuration).AddSingleton(TimeProvider.System).AddLogging();
        services.AddTransient(typeof(Lazy<>), typeof(LazyService<>));
        InferenceFeature.AddDetector(services);
        return services.BuildServiceProvider();
    }
}
