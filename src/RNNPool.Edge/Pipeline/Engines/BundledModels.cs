using RNNPool.Edge.Core;
using RNNPool.Edge.Models;
using RNNPool.Edge.Models.Folders;
using RNNPool.Edge.Vision.Presence;

namespace RNNPool.Edge.Pipeline.Engines;

/// <summary>The models that came with the program, as replacements of one that cannot be used.</summary>
internal sealed class BundledModels(ILive<PresenceOptions> presence)
{
    private static readonly string DefaultName = new ModelOptions().Path;

    /// <summary>
    /// All that can be opened. Those that can announce a presence with the settings come first, and among them the default model.
    /// </summary>
    public IReadOnlyList<ModelFolder> List() =>
        [
            .. ModelOptions
                .Bundled.Select(Open)
                .OfType<ModelFolder>()
                .OrderBy(model => !Announces(model))
                .ThenBy(model => model.Name != DefaultName),
        ];

    private bool Announces(ModelFolder model)
    {
        PresenceOptions options = presence.Current;
        return (options.Labels.Length == 0 || options.Labels.Intersect(model.Architecture.ObjectLabels, StringComparer.Ordinal).Any())
            && (!options.OnlyInZones || model.Architecture.Detection is not null);
    }

    private static ModelFolder? Open(string path)
    {
        try
        {
            return ModelFolder.Open(path);
        }
        catch (ModelException)
        {
            return null;
        }
    }
}
