using Microsoft.Extensions.Options;
using RNNPool.Edge.Core;
using RNNPool.Edge.Models;
using RNNPool.Edge.Models.Folders;

namespace RNNPool.Edge.Pipeline.Engines;

/// <summary>An engine that needs the model of the device.</summary>
internal interface IModelUser
{
    /// <summary>Loads the model in place of an earlier one.</summary>
    /// <exception cref="ModelException">The engine cannot use it.</exception>
    void Load(ModelFolder model);
}

/// <summary>
/// The model that the device runs: that of the settings or, while an engine cannot use it, a bundled one. The choice is made at the first
/// use and lasts until the device stops. Commands have no <see cref="BundledModels"/>, so that they fail instead.
/// </summary>
internal sealed partial class ActiveModel(
    IOptions<ModelOptions> options,
    IEnumerable<IModelUser> users,
    ILogger<ActiveModel> logger,
    BundledModels? bundled = null,
    LoadAttempts? attempts = null
) : IHealthSource
{
    private readonly ILogger _logger = logger;
    private readonly Lock _lock = new();
    private ModelFolder? _folder;

    /// <inheritdoc/>
    public string Name => "model";

    /// <inheritdoc/>
    public string? Failure => null;

    /// <inheritdoc/>
    public string? Degradation { get; private set; }

    /// <summary>Why the model of the settings cannot be used, as a sentence; null while it can, and before the first use.</summary>
    public string? Problem { get; private set; }

    /// <summary>The folder of the model; before the first use that of the settings, which may be unusable.</summary>
    public string Path => _folder?.Path ?? options.Value.Resolve();

    /// <summary>Chooses the model and loads it into the engines, unless that has been done.</summary>
    /// <exception cref="ModelException">Neither the model of the settings nor a bundled one can be used.</exception>
    public void Load()
    {
        lock (_lock)
            _folder ??= Choose();
    }

    private ModelFolder Choose()
    {
        try
        {
            ModelFolder model = SignedModels.Open(options.Value);
            LoadAttempts? counted = ModelOptions.Bundled.Contains(model.Path) ? null : attempts;
            counted?.Begin(model);
            LoadIntoEngines(model);
            counted?.End();
            return model;
        }
        catch (ModelException exception)
        {
            attempts?.End();
            foreach (ModelFolder candidate in bundled?.List() ?? [])
            {
                if (!TryLoad(candidate))
                    continue;
                Problem = exception.Message;
                Degradation =
                    $"The model of Model:Path ({SettingRules.Printable(options.Value.Path)}) cannot be used, so {candidate.Name} runs "
                    + $"until the next start: {exception.Message}";
                LogReplaced(Degradation);
                return candidate;
            }

            throw;
        }
    }

    private bool TryLoad(ModelFolder folder)
    {
        try
        {
            LoadIntoEngines(folder);
            return true;
        }
        catch (ModelException)
        {
            return false;
        }
    }

    private ModelFolder LoadIntoEngines(ModelFolder folder)
    {
        foreach (IModelUser user in users)
            user.Load(folder);
        return folder;
    }

    [LoggerMessage(1690, LogLevel.Error, "{Degradation}")]
    private partial void LogReplaced(string degradation);
}
