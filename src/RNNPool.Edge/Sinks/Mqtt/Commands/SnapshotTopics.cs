using RNNPool.Edge.Core;
using RNNPool.Edge.Core.Reports;
using RNNPool.Edge.Pipeline;
using RNNPool.Edge.Pipeline.Control;

namespace RNNPool.Edge.Sinks.Mqtt.Commands;

/// <summary>
/// The retained topics of the last picture of each camera: <c>snapshot</c>, and <c>camera/NAME/snapshot</c> for further cameras. They are
/// removed from the broker when pictures are forbidden or a pin requests privacy, and at a start without permission. Thread-safe.
/// </summary>
internal sealed class SnapshotTopics : IReportSource, IImageHolder, IDisposable
{
    /// <summary>Name of the topic.</summary>
    public const string Name = "snapshot";

    private readonly Lock _lock = new();
    private readonly ImagePolicy _images;
    private readonly DeviceControls _controls;
    private readonly RetainedStates _states;
    private readonly MqttTopics _topics;
    private readonly CameraPlace[] _cameras;

    /// <summary>Follows the permission and the controls.</summary>
    public SnapshotTopics(CameraSet cameras, ImagePolicy images, DeviceControls controls, RetainedStates states, MqttTopics topics)
    {
        _images = images;
        _controls = controls;
        _states = states;
        _topics = topics;
        _cameras = [.. cameras.Select((camera, index) => CameraTopics.Place(camera.Name, isMain: index == 0))];
        images.Changed += OnImages;
        controls.Changed += OnControls;

        // An earlier run may have published a picture.
        if (!images.Allowed)
            Remove();
    }

    /// <inheritdoc/>
    public event Action? Changed;

    /// <inheritdoc/>
    public string HolderName => "mqtt snapshot";

    /// <inheritdoc/>
    public bool HoldsImages => _cameras.Any(camera => _states.HasValue(Topic(camera)));

    /// <inheritdoc/>
    public IReadOnlyList<ReportEntity> Entities =>
        _images.Allowed
            ?
            [
                .. _cameras.Select(camera => new ReportEntity(
                    Name + camera.Key,
                    "image",
                    _cameras.Length == 1 ? "Snapshot" : $"Snapshot of {camera.Camera}",
                    ("img_t", $"~/{camera.Prefix}{Name}"),
                    ("cont_type", "image/jpeg")
                )),
                new(
                    "take_snapshot",
                    "button",
                    "Take a snapshot",
                    ("cmd_t", "~/set/" + DeviceCommand.NameOf(CommandKind.Snapshot)),
                    ("pl_prs", "PRESS"),
                    ("ic", "mdi:camera")
                ),
            ]
            : [];

    /// <summary>Publishes a picture if pictures are allowed now.</summary>
    /// <param name="camera">Name of the camera.</param>
    /// <param name="picture">A JPEG.</param>
    public bool TryPublish(string camera, byte[] picture)
    {
        // The lock keeps a picture that was taken before the permission was withdrawn from being set after the removal.
        lock (_lock)
        {
            if (!_images.Allowed || _controls.InputPrivacy)
                return false;
            _states.Set(Topic(_cameras.Single(known => known.Camera == camera)), picture);
            return true;
        }
    }

    public void Dispose()
    {
        _images.Changed -= OnImages;
        _controls.Changed -= OnControls;
    }

    private string Topic(CameraPlace camera) => _topics.Below(camera.Prefix + Name);

    private void OnImages(bool allowed)
    {
        if (!allowed)
            Remove();
        Changed?.Invoke();
    }

    private void OnControls(ControlChange change)
    {
        if (_controls.InputPrivacy)
            Remove();
    }

    private void Remove()
    {
        lock (_lock)
        {
            foreach (CameraPlace camera in _cameras)
                _states.Remove(Topic(camera));
        }
    }
}
