using Microsoft.Extensions.Logging;

namespace RNNPool.Edge.Vision.Cameras;

/// <summary>
/// <c>images:PATH?rate=10&amp;loop=false&amp;cache=false</c>: pictures from a folder, a pattern of file names (<c>*</c> and <c>?</c> in
/// the last part of the path), or one file. <c>rate</c> is in frames per second, 0 to 1000 (0: as fast as they are read; default
/// 10); <c>loop</c> begins again after the last one; <c>cache</c> keeps up to 256 MiB of decoded pictures in memory.
/// </summary>
public sealed class ImagesCameraProvider : ICameraProvider
{
    /// <inheritdoc/>
    public string Scheme => "images";

    /// <inheritdoc/>
    public string Example => "images:/path/to/pictures?rate=10&loop=true";

    /// <inheritdoc/>
    public ICamera Create(CameraSource source, CameraContext context)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(context);
        source.RequireOnly("rate", "loop", "cache");
        if (source.Target.Length == 0)
            throw new CameraException("images: needs a folder, a pattern or a file, as in images:/path/to/pictures");
        double rate = source.Number("rate", 10, 0, 1000);
        if (rate is > 0 and < 0.1)
            throw new CameraException(
                $"{source.DisplayName}: rate is under 0.1 frames per second; use 0 for frames as fast as they are read."
            );
        return new ImagesCamera(
            source.DisplayName,
            source.Target,
            rate,
            source.Flag("loop", false),
            source.Flag("cache", false),
            context,
            context.Loggers.CreateLogger<ImagesCamera>()
        );
    }
}
