using Microsoft.Extensions.Options;
using RNNPool.Edge.Vision.Cameras;

namespace RNNPool.Edge.Capture;

/// <summary>The camera that <see cref="CameraOptions.Source"/> names.</summary>
internal sealed class ConfiguredCamera(CameraFactory factory, IOptions<CameraOptions> options) : ICameraFactory
{
    private readonly CameraSource _source = CameraSource.Parse(options.Value.Source!);

    public string Name => options.Value.Name ?? _source.DisplayName;

    public string Source => _source.DisplayName;

    public ICamera Create() => factory.Create(_source);
}
