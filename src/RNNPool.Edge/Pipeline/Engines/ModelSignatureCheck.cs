using System.Globalization;
using Microsoft.Extensions.Options;
using RNNPool.Edge.Core;
using RNNPool.Edge.Models;
using RNNPool.Edge.Models.Signatures;

namespace RNNPool.Edge.Pipeline.Engines;

/// <summary>Verifies the signature of the model of the settings, where keys are set.</summary>
internal sealed class ModelSignatureCheck(IOptions<ModelOptions> options) : IDoctorCheck
{
    public string Name => "signature";

    public Task<CheckResult> RunAsync(CancellationToken cancellationToken) => Task.FromResult(Run());

    private CheckResult Run()
    {
        ModelOptions settings = options.Value;
        if (settings.Keys.Length == 0)
            return new CheckResult(Name, CheckOutcome.Off, "Model:Keys is empty, so models need no signature.");
        string keys = string.Create(CultureInfo.InvariantCulture, $"Model:Keys has {settings.Keys.Length} of them");
        string path = settings.Resolve();
        if (ModelOptions.Bundled.Contains(path))
            return new CheckResult(Name, CheckOutcome.Ok, $"{settings.Path} came with the program and needs no signature; {keys}.");
        try
        {
            ModelKey key = SignedModels.FindKey(path, settings);
            return new CheckResult(Name, CheckOutcome.Ok, $"{SettingRules.Printable(path)} is signed with the key {key}; {keys}.");
        }
        catch (ModelException exception)
        {
            return new CheckResult(
                Name,
                CheckOutcome.Failed,
                exception.Message,
                "Sign the model folder with rnnpool-edge model sign, or choose a bundled model."
            );
        }
    }
}
