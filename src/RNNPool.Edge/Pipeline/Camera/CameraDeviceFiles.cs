using Microsoft.Extensions.Options;
using RNNPool.Edge.Core;
using RNNPool.Edge.Vision.Cameras;

namespace RNNPool.Edge.Pipeline.Camera;

/// <summary>The video devices of the cameras.</summary>
internal sealed class CameraDeviceFiles(IOptions<CameraOptions> main, ILive<CamerasOptions> others) : IDeviceFileSource
{
    private const string Scheme = "v4l2";

    /// <inheritdoc/>
    public IEnumerable<DeviceFile> DeviceFiles =>
        others.Current.Values.Select(camera => camera.Source).Prepend(main.Value.Source).Where(NoCamera.IsCamera).SelectMany(Find!);

    private static IEnumerable<DeviceFile> Find(string source) =>
        CameraSource.Parse(source) is { Scheme: Scheme, Target: ['/', ..] target } ? [new DeviceFile(target, "video")] : [];
}
