using Microsoft.Extensions.Options;
using RNNPool.Edge.Core;
using RNNPool.Edge.Models;
using RNNPool.Edge.Models.Arch;
using RNNPool.Edge.Models.Folders;
using RNNPool.Edge.Pipeline.Engines;
using RNNPool.Edge.Vision.Cameras;
using RNNPool.Edge.Vision.Imaging;

namespace RNNPool.Edge.Pipeline.Camera;

/// <summary>The camera that <see cref="CameraOptions.Source"/> names.</summary>
internal sealed class ConfiguredCamera(
    CameraFactory factory,
    IOptions<CameraOptions> options,
    IOptions<ModelOptions> model,
    ImagePolicy images
) : ICameraFactory
{
    private readonly CameraSource _source = CameraSource.Parse(options.Value.Source!);

    public string Name => options.Value.Name ?? _source.DisplayName;

    public string Source => _source.DisplayName;

    public ICamera Create() => factory.Create(_source, CreateRequirements());

    private CameraRequirements CreateRequirements()
    {
        // Pictures for users need every pixel; the model needs only the size of its input.
        InputSpec? input = images.Allowed ? null : Input();
        CropArea crop = options.Value.ParseCrop();
        (double width, double height) = ((input?.Width ?? 0) / crop.Width, (input?.Height ?? 0) / crop.Height);
        if (options.Value.Rotation is 90 or 270)
            (width, height) = (height, width);
        return new CameraRequirements
        {
            Rate = options.Value.Rate,
            NeededWidth = (int)Math.Ceiling(width),
            NeededHeight = (int)Math.Ceiling(height),
            Enlargement = Math.Max(1 / crop.Width, 1 / crop.Height),
            Controls = options.Value.Controls,
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
