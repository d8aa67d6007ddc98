namespace RNNPool.Edge.Settings;

/// <summary>An object with the services that it uses. Disposal disposes the services.</summary>
/// <typeparam name="T">Type of the object.</typeparam>
/// <param name="root">The object.</param>
/// <param name="services">The services.</param>
internal sealed class Composition<T>(T root, ServiceProvider services) : IAsyncDisposable, IDisposable
    where T : class
{
    /// <summary>The object.</summary>
    public T Root { get; } = root;

    /// <inheritdoc/>
    public void Dispose() => services.Dispose();

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => services.DisposeAsync();
}
