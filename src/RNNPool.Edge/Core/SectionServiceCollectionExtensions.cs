using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace RNNPool.Edge.Core;

internal static class SectionServiceCollectionExtensions
{
    /// <summary>Binds an options class to its section and validates it at start and at each change.</summary>
    /// <param name="services">The device's services.</param>
    /// <param name="name">Name of the section.</param>
    /// <param name="bind">Binds an object to the section; generated code replaces the call where it is written.</param>
    public static IServiceCollection AddSection<
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicParameterlessConstructor)] TOptions,
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TValidator
    >(this IServiceCollection services, string name, Action<IConfiguration, TOptions> bind)
        where TOptions : class
        where TValidator : class, IValidateOptions<TOptions>
    {
        // Closed types, which the native program contains. It would build those of the framework's open registrations while it starts,
        // which took a third of the start.
        services.AddOptions().Replace(ServiceDescriptor.Singleton<IStartupValidator, SectionsValidator>());
        services.AddSingleton(provider => new SectionCheck(() =>
            _ = provider.GetRequiredService<IOptionsMonitor<TOptions>>().CurrentValue
        ));
        services.AddSingleton<IOptionsFactory<TOptions>>(provider => new OptionsFactory<TOptions>(
            [new ConfigureOptions<TOptions>(options => bind(Section(provider), options))],
            [],
            [ActivatorUtilities.CreateInstance<TValidator>(provider)]
        ));
        services.AddSingleton<IOptions<TOptions>>(provider => new OptionsManager<TOptions>(Factory(provider)));
        services.AddSingleton<IOptionsMonitor<TOptions>>(provider => new OptionsMonitor<TOptions>(
            Factory(provider),
            [new ConfigurationChangeTokenSource<TOptions>(Options.DefaultName, Section(provider))],
            new OptionsCache<TOptions>()
        ));
        return services.AddSingleton<ILive<TOptions>>(provider => new LiveSection<TOptions>(
            provider.GetRequiredService<IOptions<TOptions>>(),
            provider.GetRequiredService<IOptionsMonitor<TOptions>>(),
            provider.GetRequiredService<SameSettings>(),
            new Logger<LiveSection<TOptions>>(provider.GetRequiredService<ILoggerFactory>())
        ));

        IConfigurationSection Section(IServiceProvider provider) => provider.GetRequiredService<IConfiguration>().GetSection(name);

        static IOptionsFactory<TOptions> Factory(IServiceProvider provider) => provider.GetRequiredService<IOptionsFactory<TOptions>>();
    }
}
