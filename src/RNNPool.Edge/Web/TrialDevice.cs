using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Options;
using RNNPool.Edge.Core;
using RNNPool.Edge.Settings;

namespace RNNPool.Edge.Web;

/// <summary>Runs doctor checks on a copy of the device with other settings. Nothing of the copy is started.</summary>
internal sealed class TrialDevice(IDeviceComposer composer, DeviceSettingsProvider provider)
{
    /// <summary>Runs a check.</summary>
    /// <typeparam name="TCheck">The check.</typeparam>
    /// <param name="candidate">Settings that replace those in force.</param>
    /// <param name="cancellationToken">Ends the check.</param>
    public async Task<TrialReport> CheckAsync<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TCheck>(
        IReadOnlyList<KeyValuePair<string, string?>> candidate,
        CancellationToken cancellationToken
    )
        where TCheck : class, IDoctorCheck
    {
        try
        {
            SettingSources sources = provider.Settings.Sources;
            var kept = sources.Overrides.Where(pair =>
                candidate.All(other => !string.Equals(other.Key, pair.Key, StringComparison.OrdinalIgnoreCase))
            );
            DeviceSettings settings = composer.Settings.Load(sources with { Overrides = [.. kept, .. candidate] });
            Composition<TCheck> composition = composer.Compose<TCheck>(settings);
            await using (composition.ConfigureAwait(false))
            {
                CheckResult result = await composition.Root.RunAsync(cancellationToken).ConfigureAwait(false);
                return new TrialReport(result.Outcome is CheckOutcome.Ok or CheckOutcome.Warning, result.Finding, result.Fix);
            }
        }
        catch (CommandException exception)
        {
            return new TrialReport(false, exception.Message, exception.Hint);
        }
        catch (OptionsValidationException exception)
        {
            return new TrialReport(false, string.Join(' ', exception.Failures), null);
        }
    }
}
