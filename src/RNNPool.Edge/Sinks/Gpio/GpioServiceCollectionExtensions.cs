using Microsoft.Extensions.Options;
using RNNPool.Edge.Core;
using RNNPool.Edge.Sinks.Gpio.Kernel;

namespace RNNPool.Edge.Sinks.Gpio;

internal static class GpioServiceCollectionExtensions
{
    /// <summary>Adds the pins when any is configured.</summary>
    public static IServiceCollection AddGpio(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<GpioOptions>().BindConfiguration(GpioOptions.SectionName).ValidateOnStart();
        services.AddSingleton<IValidateOptions<GpioOptions>, GpioOptionsValidator>();
        services.AddSingleton<IGpioBackend, KernelGpio>();
        services.AddSingleton<GpioStatus>();
        services.AddSingleton<IHealthSource>(provider => provider.GetRequiredService<GpioStatus>());
        IConfigurationSection gpio = configuration.GetSection(GpioOptions.SectionName);
        bool any = gpio.GetSection(nameof(GpioOptions.Outputs))
            .GetChildren()
            .Concat(gpio.GetSection(nameof(GpioOptions.Inputs)).GetChildren())
            .Any();
        return any ? services.AddHostedService<PinService>() : services;
    }
}
