using RNNPool.Edge.Core;
using RNNPool.Edge.Events;

namespace RNNPool.Edge.Sinks.Log;

/// <summary>Writes events to the log, unless <c>Events:Log</c> is false.</summary>
internal sealed class LogFeature : IFeature
{
    public IReadOnlyList<SettingsSection> Sections { get; } = [];

    public void AddServices(IServiceCollection services, IConfiguration configuration)
    {
        if (configuration.GetValue($"{EventOptions.SectionName}:{nameof(EventOptions.Log)}", true))
            services.AddSingleton<IEventSink, LogSink>();
    }
}
