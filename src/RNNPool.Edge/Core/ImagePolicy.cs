namespace RNNPool.Edge.Core;

/// <summary>
/// Whether pictures may leave the device or be stored on it (<c>Device:AllowImages</c>). The only owner of this permission: every component
/// that holds or sends pictures subscribes to <see cref="Changed"/>, and discards what it holds within a second after the permission is
/// withdrawn. Thread-safe.
/// </summary>
public sealed class ImagePolicy : IDisposable
{
    private readonly IDisposable _subscription;
    private volatile bool _allowed;

    /// <summary>Follows the setting.</summary>
    public ImagePolicy(ILive<DeviceOptions> options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _allowed = options.Current.AllowImages;
        _subscription = options.OnChange(current => Set(current.AllowImages));
    }

    /// <summary>
    /// Raised with the new value after each change, on the thread that applies the settings. Handlers must return quickly.
    /// </summary>
    public event Action<bool>? Changed;

    /// <summary>Whether pictures may leave the device now.</summary>
    public bool Allowed => _allowed;

    /// <inheritdoc/>
    public void Dispose() => _subscription.Dispose();

    private void Set(bool allowed)
    {
        if (_allowed == allowed)
            return;
        _allowed = allowed;

        // A holder that fails must not keep the others from discarding their pictures; the caller logs the failures.
        List<Exception>? failures = null;
        foreach (Action<bool> handler in (Changed?.GetInvocationList() ?? []).Cast<Action<bool>>())
        {
            try
            {
                handler(allowed);
            }
#pragma warning disable CA1031 // All failures are thrown together below.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                (failures ??= []).Add(exception);
            }
        }

        if (failures is not null)
            throw new AggregateException(failures);
    }
}
