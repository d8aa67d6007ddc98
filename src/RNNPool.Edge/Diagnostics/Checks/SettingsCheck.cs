using Microsoft.Extensions.Options;
using RNNPool.Edge.Core;

namespace RNNPool.Edge.Diagnostics.Checks;

/// <summary>Validates the settings of all features. Keys and types have been checked when the settings were read.</summary>
internal sealed class SettingsCheck(IStartupValidator validator) : IDoctorCheck
{
    public string Name => "settings";

    public Task<CheckResult> RunAsync(CancellationToken cancellationToken) => Task.FromResult(Run());

    private CheckResult Run()
    {
        try
        {
            validator.Validate();
            return new CheckResult(Name, CheckOutcome.Ok, "All settings are valid.");
        }
        catch (Exception exception) when (SettingFailures.Read(exception) is { Length: > 0 } failures)
        {
            return new CheckResult(
                Name,
                CheckOutcome.Failed,
                string.Join(' ', failures),
                "Correct the settings; docs/configuration.md lists the allowed values."
            );
        }
    }
}
