using Microsoft.Extensions.Options;
using RNNPool.Edge.Core;
using RNNPool.Edge.Models;
using RNNPool.Edge.Models.Arch;
using RNNPool.Edge.Models.Folders;
using RNNPool.Edge.Pipeline.Engines;
using RNNPool.Edge.Vision.Cameras;
using RNNPool.Edge.Vision.Imaging;

namespace RNNPool.Edge.Pipeline.Camera;

/// <summary>A camera that the settings describe.</summary>
/// <param name="name">Its name; null for the source without its parameters.</param>
/// <param name="options">Its settings.</param>
/// <param name="factory">Creates cameras.</param>
/// <param name="model">Determines the size that the camera must deliver.</param>
/// <param name="images">Determines it as well, because pictures for users need every pixel.</param>
internal sealed class ConfiguredCamera(
    string? name,
    CaptureOptions options,
    CameraFactory factory,
    IOptions<ModelOptions> model,
    ImagePolicy images
) : ICameraFactory
{
    private readonly CameraSource _source = CameraSource.Parse(options.Source!);

    public string Name => name ?? _source.DisplayName;

    public string Source => _source.DisplayName;

    public ICamera Create() => factory.Create(_source, CreateRequirements());

    private CameraRequirements CreateRequirements()
    {
        InputSpec? input = images.Allowed ? null : Input();
        CropArea crop = options.ParseCrop();
        (double width, double height) = ((input?.Width ?? 0) / crop.Width, (input?.Height ?? 0) / crop.Height);
        if (options.Rotation is 90 or 270)
            (width, height) = (height, width);
        return new CameraRequirements
        {
            Rate = options.Rate,
            NeededWidth = (int)Math.Ceiling(width),
            NeededHeight = (int)Math.Ceiling(height),
            Enlargement = Math.Max(1 / crop.Width, 1 / crop.Height),
            Controls = options.Controls,
        };
    }

    private InputSpec? Input()
    {
        try
        {
            return ModelFolder.Open(model.Value.Resolve()).Architecture.Input;
        }
        catch (ModelException)
        {
            // The detector reports the error when it loads the model.
            return null;
        }
    }
}
