using Microsoft.Extensions.Logging;
using RNNPool.Edge.Vision.Cameras.Ffmpeg;
using RNNPool.Edge.Vision.Cameras.Rpicam;
using RNNPool.Edge.Vision.Cameras.V4l2;
using RNNPool.Edge.Vision.Frames;

namespace RNNPool.Edge.Vision.Cameras;

/// <summary>Creates the camera that a source names, with the provider of its scheme.</summary>
public sealed class CameraFactory
{
    private readonly ICameraProvider[] _providers;
    private readonly CameraContext _context;

    /// <param name="time">Clock for frame times and pacing.</param>
    /// <param name="loggers">Loggers for warnings.</param>
    /// <param name="providers">The kinds of cameras, in the order in which help texts list them.</param>
    public CameraFactory(TimeProvider time, ILoggerFactory loggers, IEnumerable<ICameraProvider> providers)
    {
        _providers = [.. providers];
        _context = new CameraContext(time, loggers, new FramePool());
    }

    /// <summary>The kinds of cameras.</summary>
    public IReadOnlyList<ICameraProvider> Providers => _providers;

    /// <summary>A factory of every kind of camera in this library.</summary>
    public static CameraFactory CreateDefault(TimeProvider time, ILoggerFactory loggers) =>
        new(
            time,
            loggers,
            [
                new V4l2CameraProvider(),
                new RpicamCameraProvider(),
                new FfmpegCameraProvider(),
                new ImagesCameraProvider(),
                new SyntheticCameraProvider(),
            ]
        );

    /// <summary>Creates a camera; its first read opens it.</summary>
    /// <exception cref="CameraException">The source is malformed, of an unknown kind, or has wrong parameters.</exception>
    public ICamera Create(string source) => Create(CameraSource.Parse(source));

    /// <inheritdoc cref="Create(string)"/>
    /// <param name="source">The source.</param>
    /// <param name="requirements">Requirements on the frames.</param>
    public ICamera Create(CameraSource source, CameraRequirements? requirements = null)
    {
        ArgumentNullException.ThrowIfNull(source);
        foreach (ICameraProvider provider in _providers)
        {
            if (provider.Scheme == source.Scheme)
                return provider.Create(source, requirements is null ? _context : _context with { Requirements = requirements });
        }

        throw CameraSource.Unknown(source.DisplayName);
    }
}
