using Microsoft.Extensions.Options;
using RNNPool.Edge.Core;
using RNNPool.Edge.Sinks.Log;

namespace RNNPool.Edge.Events;

internal static class EventServiceCollectionExtensions
{
    /// <summary>Adds the dispatcher, the history and the log sink.</summary>
    public static IServiceCollection AddEvents(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<EventOptions>().BindConfiguration(EventOptions.SectionName).ValidateOnStart();
        services.AddSingleton<IValidateOptions<EventOptions>, EventOptionsValidator>();
        services.AddSingleton<OccupancyState>();
        services.AddSingleton<EventHistory>();
        services.AddSingleton<EventDispatcher>();
        services.AddHostedService(provider => provider.GetRequiredService<EventDispatcher>());
        services.AddSingleton<IHealthSource, SinkHealth>();
        bool log = configuration.GetValue($"{EventOptions.SectionName}:{nameof(EventOptions.Log)}", true);
        return log ? services.AddSingleton<IEventSink, LogSink>() : services;
    }
}
