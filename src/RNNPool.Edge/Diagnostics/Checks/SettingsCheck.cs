using Microsoft.Extensions.Options;
using RNNPool.Edge.Core;

namespace RNNPool.Edge.Diagnostics.Checks;

/// <summary>
/// Validates the settings of all features, and opens what they name. Keys and types have been checked when the settings were read.
/// </summary>
internal sealed class SettingsCheck(IStartupValidator validator, Lazy<SettingChecks> checks) : IDoctorCheck
{
    public string Name => "settings";

    public Task<CheckResult> RunAsync(CancellationToken cancellationToken) => Task.FromResult(Run());

    private CheckResult Run()
    {
        try
        {
            validator.Validate();
            return checks.Value.FindProblems() is { Count: > 0 } problems
                ? new CheckResult(
                    Name,
                    CheckOutcome.Failed,
                    string.Join(' ', problems),
                    "Correct the settings or what they name; until then the device runs without these parts."
                )
                : new CheckResult(Name, CheckOutcome.Ok, "All settings are valid.");
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
