using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Options;

namespace RNNPool.Edge.Core;

/// <summary>Whether two options objects of one class have the same values.</summary>
internal delegate bool SameSettings(object first, object second);

/// <inheritdoc/>
internal sealed partial class LiveSection<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicParameterlessConstructor)] T>
    : ILive<T>,
        IDisposable
    where T : class
{
    private readonly Lock _lock = new();
    private readonly SameSettings _same;
    private readonly ILogger<LiveSection<T>> _logger;
    private readonly IDisposable? _subscription;
    private readonly List<Action<T>> _subscribers = [];
    private volatile T _current;

    public LiveSection(IOptions<T> first, IOptionsMonitor<T> monitor, SameSettings same, ILogger<LiveSection<T>> logger)
    {
        _same = same;
        _logger = logger;
        _current = first.Value;
        _subscription = monitor.OnChange(Update);
    }

    public T Current => _current;

    public IDisposable OnChange(Action<T> changed)
    {
        ArgumentNullException.ThrowIfNull(changed);
        lock (_lock)
            _subscribers.Add(changed);
        return new Subscription(this, changed);
    }

    public void Dispose() => _subscription?.Dispose();

    private void Update(T value)
    {
        Action<T>[] subscribers;
        lock (_lock)
        {
            if (_same(_current, value))
                return;
            _current = value;
            subscribers = [.. _subscribers];
        }

        foreach (Action<T> subscriber in subscribers)
        {
            try
            {
                subscriber(value);
            }
#pragma warning disable CA1031 // One subscriber that fails must not keep the others from receiving the settings.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                LogSubscriberFailed(typeof(T).Name, exception);
            }
        }
    }

    [LoggerMessage(1954, LogLevel.Error, "A subscriber of {Section} failed while it applied changed settings.")]
    private partial void LogSubscriberFailed(string section, Exception exception);

    private sealed class Subscription(LiveSection<T> section, Action<T> changed) : IDisposable
    {
        public void Dispose()
        {
            lock (section._lock)
                section._subscribers.Remove(changed);
        }
    }
}
