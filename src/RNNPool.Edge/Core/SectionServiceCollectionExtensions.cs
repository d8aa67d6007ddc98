using System.Diagnostics.CodeAnalysis;
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
        services
            .AddOptions<TOptions>()
            .Configure<IConfiguration>((options, configuration) => bind(configuration.GetSection(name), options))
            .ValidateOnStart();
        services.AddSingleton<IOptionsChangeTokenSource<TOptions>>(provider => new ConfigurationChangeTokenSource<TOptions>(
            Options.DefaultName,
            provider.GetRequiredService<IConfiguration>().GetSection(name)
        ));
        return services.AddSingleton<IValidateOptions<TOptions>, TValidator>();
    }
}
