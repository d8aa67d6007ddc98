using Microsoft.Extensions.Options;
using RNNPool.Edge.Core;
using RNNPool.Edge.Models;
using RNNPool.Edge.Models.Folders;
using RNNPool.Edge.Pipeline.Coprocessor;
using RNNPool.Edge.Pipeline.Engines;
using RNNPool.Edge.Vision.Detectors;

namespace RNNPool.Edge.Web.Models;

/// <summary>
/// Loads the model of the settings as a start does. A model that did not come with the program is tried in a process of its own first,
/// because a damaged one may crash the runtime.
/// </summary>
internal sealed class ModelSettingCheck(
    IOptions<ModelOptions> model,
    IOptions<DetectorOptions> detector,
    IOptions<CoprocessorOptions> coprocessor,
    ModelTrial trial
) : ISettingCheck
{
    /// <inheritdoc/>
    public IReadOnlyList<string> Sections { get; } =
    [ModelOptions.SectionName, DetectorOptions.SectionName, CoprocessorOptions.SectionName];

    /// <inheritdoc/>
    public IEnumerable<string> FindProblems()
    {
        if (FindReason() is { } reason)
        {
            yield return $"{ModelOptions.SectionName}:{nameof(ModelOptions.Path)} is '{SettingRules.Printable(model.Value.Path)}', "
                + $"which cannot be used: {reason}";
        }
    }

    private string? FindReason()
    {
        string path = model.Value.Resolve();
        try
        {
            SignedModels.Check(path, model.Value);
            if (!ModelOptions.Bundled.Contains(path))
                trial.Run(path);
            ModelFolder folder = ModelFolder.Open(path);
            if (coprocessor.Value.IsUsed)
                DeviceModel.Load(folder);
            else if (detector.Value.ChooseEngine(folder) is not HostEngine.Onnx and var engine)
                HostDetector.FindPackage(folder, engine);
            return null;
        }
        catch (ModelException exception)
        {
            return exception.Message;
        }
    }
}
