using Microsoft.Extensions.Options;
using RNNPool.Edge.Core;

namespace RNNPool.Edge.Pipeline.Camera;

/// <summary>The video device of the camera.</summary>
internal sealed class CameraDeviceFiles(IOptions<CameraOptions> options) : IDeviceFileSource
{
    private const string Scheme = "v4l2:";

    /// <inheritdoc/>
    public IEnumerable<DeviceFile> DeviceFiles =>
        options.Value.Source?.StartsWith(Scheme + "/", StringComparison.OrdinalIgnoreCase) == true
            ? [new DeviceFile(options.Value.Source[Scheme.Length..].Split('?')[0], "video")]
            : [];
}
