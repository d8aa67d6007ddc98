using RNNPool.Edge.Core;
using RNNPool.Edge.Vision.Presence;

namespace RNNPool.Edge.Events;

/// <summary>The dispatcher, the history and the occupancy.</summary>
internal sealed class EventsFeature : IFeature
{
    public IReadOnlyList<SettingsSection> Sections { get; } = [new(EventOptions.SectionName, typeof(EventOptions))];

    public void AddServices(IServiceCollection services, IConfiguration configuration)
    {
        services.AddSection<EventOptions, EventOptionsValidator>(EventOptions.SectionName, static (section, options) =>
            section.Bind(options)
        );
        services.AddSingleton(provider => new OccupancyState(
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILive<PresenceOptions>>(),
            provider.GetRequiredService<ICameraZones>()
        ));
        services.AddSingleton<EventHistory>();
        services.AddSingleton<EventDispatcher>();
        services.AddHostedService(provider => provider.GetRequiredService<EventDispatcher>());
        services.AddSingleton<IHealthSource, SinkHealth>();
    }
}
