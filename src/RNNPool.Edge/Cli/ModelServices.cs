using Microsoft.Extensions.Options;
using RNNPool.Edge.Pipeline;
using RNNPool.Edge.Settings;

namespace RNNPool.Edge.Cli;

/// <summary>The model and its engine for commands that need no camera and no host.</summary>
internal static class ModelServices
{
    public static ServiceProvider Create(string? file, IReadOnlyList<KeyValuePair<string, string?>> overrides)
    {
        var configuration = new ConfigurationManager();
        configuration.AddDeviceSources(file, overrides);
        ServiceProvider services = new ServiceCollection()
            .AddSingleton<IConfiguration>(configuration)
            .AddSingleton(TimeProvider.System)
            .AddLogging()
            .AddDetector()
            .BuildServiceProvider();
        services.GetRequiredService<IStartupValidator>().Validate();
        return services;
    }
}
