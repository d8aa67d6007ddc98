using Microsoft.Extensions.Options;
using RNNPool.Edge.Models;
using RNNPool.Edge.Models.Arch;
using RNNPool.Edge.Models.Folders;
using RNNPool.Edge.Pipeline.Engines;
using RNNPool.Edge.Vision.Presence;

namespace RNNPool.Edge.Pipeline.Inference;

/// <summary>Refuses settings with which the model of the settings can never announce a presence.</summary>
internal sealed class PresenceModelValidator(IOptions<ModelOptions> model) : IValidateOptions<PresenceOptions>
{
    public ValidateOptionsResult Validate(string? name, PresenceOptions options)
    {
        SettingRules rules = new(PresenceOptions.SectionName);
        if (FindModel() is not { } folder)
            return rules.Result();
        NetworkArchitecture network = folder.Architecture;
        if (options.Labels.Length > 0 && !options.Labels.Any(label => network.ObjectLabels.Contains(label, StringComparer.Ordinal)))
        {
            rules.Check(
                $"Presence:Labels is '{SettingRules.Printable(string.Join(", ", options.Labels))}', but the labels of the model "
                    + $"{folder.Name} are {string.Join(", ", network.ObjectLabels)}: no presence could be announced."
            );
        }

        if (options.OnlyInZones && network.Detection is null)
        {
            rules.Check(
                $"Presence:OnlyInZones is true, but the model {folder.Name} reports only whether there is an object, not where: "
                    + "no presence could be announced."
            );
        }

        return rules.Result();
    }

    /// <summary>The model; null for one that cannot be used, which its own validation reports.</summary>
    private ModelFolder? FindModel()
    {
        try
        {
            return ModelFolder.Open(model.Value.Resolve());
        }
        catch (Exception exception) when (exception is ModelException or OptionsValidationException)
        {
            return null;
        }
    }
}
