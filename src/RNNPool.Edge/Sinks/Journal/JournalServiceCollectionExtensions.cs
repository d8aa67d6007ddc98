using Microsoft.Extensions.Options;
using RNNPool.Edge.Core;
using RNNPool.Edge.Events;

namespace RNNPool.Edge.Sinks.Journal;

internal static class JournalServiceCollectionExtensions
{
    /// <summary>Adds the journal unless it is switched off.</summary>
    public static IServiceCollection AddJournal(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<JournalOptions>().BindConfiguration(JournalOptions.SectionName).ValidateOnStart();
        services.AddSingleton<IValidateOptions<JournalOptions>, JournalOptionsValidator>();
        if (!configuration.GetValue($"{JournalOptions.SectionName}:{nameof(JournalOptions.Enabled)}", true))
            return services;
        services.AddSingleton<EventJournal>();
        services.AddSingleton<IHealthSource>(provider => provider.GetRequiredService<EventJournal>());
        return services.AddSingleton<IEventSink>(provider => provider.GetRequiredService<EventJournal>());
    }
}
