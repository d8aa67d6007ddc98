using Microsoft.Extensions.Options;

namespace RNNPool.Edge.Core;

internal static class SectionServiceCollectionExtensions
{
    /// <summary>Binds an options class to its section and validates it at start and at each change.</summary>
    /// <param name="services">The device's services.</param>
    /// <param name="name">Name of the section.</param>
    public static IServiceCollection AddSection<TOptions, TValidator>(this IServiceCollection services, string name)
        where TOptions : class
        where TValidator : class, IValidateOptions<TOptions>
    {
        services.AddOptions<TOptions>().BindConfiguration(name).ValidateOnStart();
        return services.AddSingleton<IValidateOptions<TOptions>, TValidator>();
    }
}
