using RNNPool.Edge.Core;
using RNNPool.Edge.Core.Reports;
using RNNPool.Edge.Pipeline.Control;

namespace RNNPool.Edge.Sinks.Mqtt.Commands;

/// <summary>
/// The retained topic of the last picture. It is removed from the broker when pictures are forbidden or a pin requests privacy, and at a
/// start without permission. Thread-safe.
/// </summary>
internal sealed class SnapshotTopic : IReportSource, IImageHolder, IDisposable
{
    /// <summary>Name of the topic.</summary>
    public const string Name = "snapshot";

    private readonly Lock _lock = new();
    private readonly ImagePolicy _images;
    private readonly DeviceControls _controls;
    private readonly RetainedStates _states;
    private readonly string _topic;

    /// <summary>Follows the permission and the controls.</summary>
    public SnapshotTopic(ImagePolicy images, DeviceControls controls, RetainedStates states, MqttTopics topics)
    {
        _images = images;
        _controls = controls;
        _states = states;
        _topic = topics.Below(Name);
        images.Changed += OnImages;
        controls.Changed += OnControls;

        // An earlier run may have published a picture.
        if (!images.Allowed)
            states.Remove(_topic);
    }

    /// <inheritdoc/>
    public event Action? Changed;

    /// <inheritdoc/>
    public string HolderName => "mqtt snapshot";

    /// <inheritdoc/>
    public bool HoldsImages => _states.HasValue(_topic);

    /// <inheritdoc/>
    public IReadOnlyList<ReportEntity> Entities =>
        _images.Allowed
            ?
            [
                new("snapshot", "image", "Snapshot", ("img_t", "~/" + Name), ("cont_type", "image/jpeg")),
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
    /// <param name="picture">A JPEG.</param>
    public bool TryPublish(byte[] picture)
    {
        // The lock keeps a picture that was taken before the permission was withdrawn from being set after the removal.
        lock (_lock)
        {
            if (!_images.Allowed || _controls.InputPrivacy)
                return false;
            _states.Set(_topic, picture);
            return true;
        }
    }

    public void Dispose()
    {
        _images.Changed -= OnImages;
        _controls.Changed -= OnControls;
    }

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
            _states.Remove(_topic);
    }
}
