using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection.Extensions;
using RNNPool.Edge.Core;

namespace RNNPool.Edge.Parts;

internal static class PartServiceCollectionExtensions
{
    /// <summary>Adds a configured part and the service that runs all parts.</summary>
    public static IServiceCollection AddPart<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TPart>(
        this IServiceCollection services
    )
        where TPart : class, IPart
    {
        services.TryAddSingleton<TPart>();
        services.AddSingleton<IPart>(provider => provider.GetRequiredService<TPart>());
        services.TryAddSingleton<PartTriggers>();
        services.TryAddSingleton<Acknowledgement>();
        services.TryAddSingleton<AmbientLight>();
        if (services.Any(service => service.ImplementationType == typeof(PartsService)))
            return services;
        return services
            .AddSingleton<IHealthSource>(provider => provider.GetRequiredService<PartsStatus>())
            .AddHostedService<PartsService>();
    }
}
