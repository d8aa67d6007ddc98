using RNNPool.Edge.Core;

namespace RNNPool.Edge.Tests.Support;

/// <summary>Live settings that a test changes itself.</summary>
internal sealed class StaticLive<T>(T value) : ILive<T>
    where T : class
{
    private readonly List<Action<T>> _subscribers = [];
    private T _current = value;

    public T Current
    {
        get => _current;
        set
        {
            _current = value;
            foreach (Action<T> subscriber in _subscribers.ToArray())
                subscriber(value);
        }
    }

    public IDisposable OnChange(Action<T> changed)
    {
        _subscribers.Add(changed);
        return new Subscription(() => _subscribers.Remove(changed));
    }

    private sealed class Subscription(Action end) : IDisposable
    {
        public void Dispose() => end();
    }
}
