using RNNPool.Edge.Core;

namespace RNNPool.Edge.Web.Diagnostics;

/// <summary>The doctor's checks that open none of the resources of the running device.</summary>
internal sealed class SafeChecks(IEnumerable<IDoctorCheck> checks)
{
    /// <summary>Names of checks that read files and sensors only.</summary>
    private static readonly string[] Names = ["permissions", "folders", "disk", "temperature", "power", "clock"];

    private readonly IDoctorCheck[] _checks = [.. checks.Where(check => Names.Contains(check.Name))];

    /// <summary>Runs the checks. A check that throws is a failed check.</summary>
    public async Task<IReadOnlyList<CheckResult>> RunAsync(CancellationToken cancellationToken)
    {
        var results = new List<CheckResult>();
        foreach (IDoctorCheck check in _checks)
        {
            try
            {
                results.Add(await check.RunAsync(cancellationToken).ConfigureAwait(false));
            }
#pragma warning disable CA1031 // A check that throws is a finding as well.
            catch (Exception exception) when (exception is not OperationCanceledException)
#pragma warning restore CA1031
            {
                results.Add(new CheckResult(check.Name, CheckOutcome.Failed, $"{exception.GetType().Name}: {exception.Message}"));
            }
        }

        return results;
    }
}
