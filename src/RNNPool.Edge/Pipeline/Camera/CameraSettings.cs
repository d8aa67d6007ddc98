using Microsoft.Extensions.Options;
using RNNPool.Edge.Core;
using RNNPool.Edge.Events;
using RNNPool.Edge.Vision.Presence;

namespace RNNPool.Edge.Pipeline.Camera;

/// <summary>
/// The settings of each camera, by its name: those of an entry of <c>Cameras</c>, or of the main camera. Follows the live settings.
/// Thread-safe.
/// </summary>
internal sealed class CameraSettings : ICameraZones, IDisposable
{
    private readonly CameraOptions _main;
    private readonly ILive<CamerasOptions> _others;
    private readonly ILive<PresenceOptions> _presence;
    private readonly SameSettings _same;
    private readonly IDisposable[] _subscriptions;

    /// <summary>Follows the settings.</summary>
    public CameraSettings(IOptions<CameraOptions> main, ILive<CamerasOptions> others, ILive<PresenceOptions> presence, SameSettings same)
    {
        _main = main.Value;
        _others = others;
        _presence = presence;
        _same = same;
        _subscriptions = [others.OnChange(_ => Changed?.Invoke()), presence.OnChange(_ => Changed?.Invoke())];
    }

    /// <inheritdoc/>
    public event Action? Changed;

    /// <inheritdoc/>
    public IReadOnlyList<string> All => [.. NamesOf(_presence.Current.Zones), .. _others.Current.ZoneNames];

    /// <summary>Source, rates and time limits of a camera.</summary>
    public CaptureOptions Capture(string camera) => Entry(camera) is { } own ? own : _main;

    /// <summary>The motion masks of a camera; null for those of the section <c>Motion</c>.</summary>
    public IReadOnlyList<string>? Masks(string camera) => Entry(camera)?.Masks;

    /// <summary>The settings of presence for a camera. They follow the settings while the device runs.</summary>
    public ILive<PresenceOptions> Presence(string camera) =>
        Entry(camera) is null ? _presence : new CameraPresence(camera, _presence, _others, _same);

    /// <inheritdoc/>
    public IReadOnlyList<string> Find(string camera) => [.. NamesOf((Entry(camera)?.Zones) ?? _presence.Current.Zones)];

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (IDisposable subscription in _subscriptions)
            subscription.Dispose();
    }

    private static IEnumerable<string> NamesOf(IEnumerable<ZoneOptions> zones) => zones.Select(zone => zone.Name);

    private NamedCameraOptions? Entry(string camera) => _others.Current.GetValueOrDefault(camera);
}
