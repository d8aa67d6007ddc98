using Microsoft.Extensions.Options;
using RNNPool.Edge.Core;
using RNNPool.Edge.Diagnostics.Checks;

namespace RNNPool.Edge.Diagnostics;

/// <summary>
/// Runs the checks of all features, one after the other. The check of the settings comes first, because others may fail for the same
/// reason.
/// </summary>
internal sealed class DoctorRunner(IEnumerable<IDoctorCheck> checks)
{
    private const string FixSettings = "Correct the settings; docs/configuration.md lists the allowed values.";

    private readonly IDoctorCheck[] _checks = [.. checks.OrderBy(check => check is not SettingsCheck)];

    /// <summary>Number of checks.</summary>
    public int Count => _checks.Length;

    /// <summary>Runs all checks. A check that throws is a failed one.</summary>
    /// <param name="advance">Called with the number of finished checks after each one.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    public async Task<IReadOnlyList<CheckResult>> RunAsync(Action<double> advance, CancellationToken cancellationToken)
    {
        var results = new List<CheckResult>(_checks.Length);
        foreach (IDoctorCheck check in _checks)
        {
            results.Add(await RunAsync(check, cancellationToken).ConfigureAwait(false));
            advance(results.Count);
        }

        return results;
    }

    private static async Task<CheckResult> RunAsync(IDoctorCheck check, CancellationToken cancellationToken)
    {
        try
        {
            return await check.RunAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OptionsValidationException exception)
        {
            return new CheckResult(check.Name, CheckOutcome.Failed, string.Join(' ', exception.Failures), FixSettings);
        }
#pragma warning disable CA1031 // A check that throws is itself a finding.
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            return new CheckResult(check.Name, CheckOutcome.Failed, $"{exception.GetType().Name}: {exception.Message}");
        }
    }
}
