using Microsoft.Extensions.Options;
using RNNPool.Edge.Events;

namespace RNNPool.Edge.Gpio;

internal static class GpioServiceCollectionExtensions
{
    /// <summary>Adds the pin when one is configured.</summary>
    public static IServiceCollection AddGpio(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<GpioOptions>().BindConfiguration(GpioOptions.SectionName).ValidateOnStart();
        services.AddSingleton<IValidateOptions<GpioOptions>, GpioOptionsValidator>();
        services.AddSingleton<IOutputPinFactory, OutputPinFactory>();
        if (!string.IsNullOrEmpty(configuration[$"{GpioOptions.SectionName}:{nameof(GpioOptions.Pin)}"])) services.AddSingleton<IEventSink, GpioSink>();
        return services;
    }
}
