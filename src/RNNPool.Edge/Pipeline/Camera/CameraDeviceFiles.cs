using Microsoft.Extensions.Options;
using RNNPool.Edge.Core;
using RNNPool.Edge.Vision.Cameras;

namespace RNNPool.Edge.Pipeline.Camera;

/// <summary>The video device of the camera.</summary>
internal sealed class CameraDeviceFiles(IOptions<CameraOptions> options) : IDeviceFileSource
{
    private const string Scheme = "v4l2";

    /// <inheritdoc/>
    public IEnumerable<DeviceFile> DeviceFiles =>
        NoCamera.IsCamera(options.Value.Source) && CameraSource.Parse(options.Value.Source!) is { Scheme: Scheme, Target: ['/', ..] target }
            ? [new DeviceFile(target, "video")]
            : [];
}
