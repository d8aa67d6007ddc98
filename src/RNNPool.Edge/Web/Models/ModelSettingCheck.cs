using Microsoft.Extensions.Options;
using RNNPool.Edge.Core;
using RNNPool.Edge.Models;
using RNNPool.Edge.Models.Folders;
using RNNPool.Edge.Pipeline.Coprocessor;
using RNNPool.Edge.Pipeline.Engines;

namespace RNNPool.Edge.Web.Models;

/// <summary>
/// Loads the model of the settings as a start does. It is tried in a process of its own, because a damaged model may crash the runtime.
/// </summary>
internal sealed class ModelSettingCheck(IOptions<ModelOptions> model, IOptions<CoprocessorOptions> coprocessor, ModelTrial trial)
    : ISettingCheck
{
    /// <inheritdoc/>
    public IReadOnlyList<string> Sections { get; } = [ModelOptions.SectionName, CoprocessorOptions.SectionName];

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
        CoprocessorOptions options = coprocessor.Value;
        try
        {
            trial.Run(path);
            ModelFolder folder = ModelFolder.Open(path);
            if (options.IsUsed)
                DeviceModel.Load(folder);
            else if (options.HostEngine == HostEngine.Interpreter)
                _ = DetectorFactory.FindPackage(folder);
            return null;
        }
        catch (ModelException exception)
        {
            return exception.Message;
        }
    }
}
