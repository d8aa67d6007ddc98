using RNNPool.Edge.Core;
using RNNPool.Edge.Events;
using RNNPool.Edge.Pipeline.Pictures;

namespace RNNPool.Edge.Sinks.Journal;

/// <summary>The journal of events, unless <c>Journal:Enabled</c> is false.</summary>
internal sealed class JournalFeature : IFeature
{
    public IReadOnlyList<SettingsSection> Sections { get; } = [new(JournalOptions.SectionName, typeof(JournalOptions))];

    public void AddServices(IServiceCollection services, IConfiguration configuration)
    {
        services.AddSection<JournalOptions, JournalOptionsValidator>(JournalOptions.SectionName, static (section, options) =>
            section.Bind(options)
        );
        if (!configuration.GetValue($"{JournalOptions.SectionName}:{nameof(JournalOptions.Enabled)}", true))
            return;
        services.AddSingleton<EventJournal>();
        services.AddSingleton<IImageHolder>(provider => provider.GetRequiredService<EventJournal>());
        services.AddSingleton<IPresencePictureUser>(provider => provider.GetRequiredService<EventJournal>());
        services.AddSingleton<IHealthSource>(provider => provider.GetRequiredService<EventJournal>());
        services.AddSingleton<IEventSink>(provider => provider.GetRequiredService<EventJournal>());
    }
}
