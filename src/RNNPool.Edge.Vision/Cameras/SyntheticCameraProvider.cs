namespace RNNPool.Edge.Vision.Cameras;

/// <summary>
/// <c>synthetic:?width=640&amp;height=480&amp;rate=10&amp;shapes=2&amp;seed=1&amp;frames=0</c>: moving shapes for tests without a camera.
/// <c>width</c> and <c>height</c> are in pixels, 16 to 4096; <c>rate</c> in frames per second, 0 to 1000 (0: as fast as they are
/// read); <c>shapes</c> 0 to 64; <c>frames</c> is the number of frames (0: unlimited).
/// </summary>
public sealed class SyntheticCameraProvider : ICameraProvider
{
    /// <inheritdoc/>
    public string Scheme => "synthetic";

    /// <inheritdoc/>
    public string Example => "synthetic:?width=640&height=480&rate=10";

    /// <inheritdoc/>
    public ICamera Create(CameraSource source, CameraContext context)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(context);
        source.RequireOnly("width", "height", "rate", "shapes", "seed", "frames");
        if (source.Target.Length > 0)
            throw new CameraException($"{source.DisplayName}: synthetic: takes only parameters, as in synthetic:?width=640&height=480");
        double rate = source.Number("rate", 10, 0, 1000);
        if (rate is > 0 and < 0.1)
            throw new CameraException("synthetic: rate is under 0.1 frames per second; use 0 for frames as fast as they are read.");
        return new SyntheticCamera(
            source.DisplayName,
            source.WholeNumber("width", 640, 16, 4096),
            source.WholeNumber("height", 480, 16, 4096),
            rate,
            source.WholeNumber("shapes", 2, 0, 64),
            source.WholeNumber("seed", 1, 0, int.MaxValue),
            source.WholeNumber("frames", 0, 0, int.MaxValue),
            context
        );
    }
}
