using System.Text.Json;
using Microsoft.Extensions.Options;
using RNNPool.Edge.Core;
using RNNPool.Edge.Core.Reports;
using RNNPool.Edge.Events;
using RNNPool.Edge.Pipeline;
using RNNPool.Edge.Pipeline.Control;
using RNNPool.Edge.Pipeline.Pictures;

namespace RNNPool.Edge.Sinks.Mqtt;

/// <summary>
/// The retained topics of the last presence of each camera: <c>picture</c> (the whole frame), <c>picture_crop</c>, and
/// <c>picture_facts</c> (what they show); those of further cameras are below <c>camera/NAME</c>. They are removed from the broker when
/// pictures are forbidden or a pin requests privacy, and at a start without permission. Thread-safe.
/// </summary>
internal sealed class PictureTopics : IReportSource, IImageHolder, IPresencePictureUser, IDisposable
{
    /// <summary>Names of the topics.</summary>
    public const string Whole = "picture",
        Crop = "picture_crop",
        Facts = "picture_facts";

    private readonly Lock _lock = new();
    private readonly ImagePolicy _images;
    private readonly DeviceControls _controls;
    private readonly RetainedStates _states;
    private readonly MqttTopics _topics;
    private readonly CameraPlace[] _cameras;

    /// <summary>Follows the permission and the controls.</summary>
    public PictureTopics(
        CameraSet cameras,
        ImagePolicy images,
        DeviceControls controls,
        RetainedStates states,
        MqttTopics topics,
        IOptions<MqttOptions> options
    )
    {
        _images = images;
        _controls = controls;
        _states = states;
        _topics = topics;
        WantsPictures = options.Value.Pictures;
        _cameras = [.. cameras.Select((camera, index) => CameraTopics.Place(camera.Name, isMain: index == 0))];
        images.Changed += OnImages;
        controls.Changed += OnControls;

        // An earlier run may have published a picture.
        if (!images.Allowed || !WantsPictures)
            Remove();
    }

    /// <inheritdoc/>
    public event Action? Changed;

    /// <inheritdoc/>
    public string HolderName => "mqtt pictures";

    /// <inheritdoc/>
    public bool HoldsImages => _cameras.Any(camera => _states.HasValue(_topics.Below(camera.Prefix + Whole)));

    /// <inheritdoc/>
    public bool WantsPictures { get; }

    /// <inheritdoc/>
    public IReadOnlyList<ReportEntity> Entities => _images.Allowed && WantsPictures ? [.. _cameras.SelectMany(Describe)] : [];

    /// <inheritdoc/>
    public void OnPicture(PresencePicture picture)
    {
        // The lock keeps a picture that was taken before the permission was withdrawn from being set after the removal.
        lock (_lock)
        {
            if (!_images.Allowed || _controls.InputPrivacy)
                return;
            string prefix = _cameras.First(camera => camera.Camera == picture.Facts.Camera).Prefix;

            // The facts first, so that they are known when a picture arrives.
            _states.Set(_topics.Below(prefix + Facts), JsonSerializer.SerializeToUtf8Bytes(picture.Facts, EventJson.Default.PictureFacts));
            _states.Set(_topics.Below(prefix + Crop), picture.Crop);
            _states.Set(_topics.Below(prefix + Whole), picture.Whole);
        }
    }

    public void Dispose()
    {
        _images.Changed -= OnImages;
        _controls.Changed -= OnControls;
    }

    private IEnumerable<ReportEntity> Describe(CameraPlace camera)
    {
        string of = _cameras.Length == 1 ? "" : $" of {camera.Camera}";
        return
        [
            Image("last_detection", Whole, $"Last detection{of}", camera),
            Image("last_detection_close_up", Crop, $"Last detection close-up{of}", camera),
        ];
    }

    private static ReportEntity Image(string key, string topic, string name, CameraPlace camera) =>
        new(
            key + camera.Key,
            "image",
            name,
            ("img_t", $"~/{camera.Prefix}{topic}"),
            ("cont_type", "image/jpeg"),
            ("json_attr_t", $"~/{camera.Prefix}{Facts}")
        );

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
            {
                foreach (string name in new[] { Whole, Crop, Facts })
                    _states.Remove(_topics.Below(camera.Prefix + name));
            }
        }
    }
}
