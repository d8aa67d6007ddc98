using System.Diagnostics.CodeAnalysis;

namespace RNNPool.Edge.Host;

/// <summary>A service that is created when it is first used.</summary>
internal sealed class LazyService<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicParameterlessConstructor)] T>(
    IServiceProvider services
) : Lazy<T>(services.GetRequiredService<T>)
    where T : notnull;
