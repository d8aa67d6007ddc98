using RNNPool.Edge.Core;
using RNNPool.Edge.Vision.Presence;

namespace RNNPool.Edge.Pipeline.Camera;

/// <summary>
/// The settings of presence for a camera of <c>Cameras</c>: those of the section <c>Presence</c> with the zones and the threshold of the
/// camera. The object stays the same while another camera's settings change, so that presences continue.
/// </summary>
internal sealed class CameraPresence(string camera, ILive<PresenceOptions> shared, ILive<CamerasOptions> cameras, SameSettings same)
    : ILive<PresenceOptions>
{
    private readonly Lock _lock = new();
    private PresenceOptions? _shared;
    private CamerasOptions? _cameras;
    private PresenceOptions? _current;

    /// <inheritdoc/>
    public PresenceOptions Current
    {
        get
        {
            lock (_lock)
            {
                PresenceOptions presence = shared.Current;
                CamerasOptions all = cameras.Current;
                if (_current is not null && ReferenceEquals(presence, _shared) && ReferenceEquals(all, _cameras))
                    return _current;
                PresenceOptions next = all.GetValueOrDefault(camera)?.CreatePresence(presence) ?? presence;
                _shared = presence;
                _cameras = all;
                return _current = _current is not null && same(_current, next) ? _current : next;
            }
        }
    }

    /// <inheritdoc/>
    public IDisposable OnChange(Action<PresenceOptions> changed)
    {
        PresenceOptions last = Current;
        return new Subscriptions(shared.OnChange(_ => Report()), cameras.OnChange(_ => Report()));

        void Report()
        {
            PresenceOptions current = Current;
            if (!ReferenceEquals(Interlocked.Exchange(ref last, current), current))
                changed(current);
        }
    }

    private sealed class Subscriptions(params IDisposable[] all) : IDisposable
    {
        public void Dispose()
        {
            foreach (IDisposable subscription in all)
                subscription.Dispose();
        }
    }
}
