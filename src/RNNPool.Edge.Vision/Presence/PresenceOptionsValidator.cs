using System.Globalization;
using Microsoft.Extensions.Options;
using RNNPool.Edge.Vision.Configuration;

namespace RNNPool.Edge.Vision.Presence;

/// <summary>
/// Checks <see cref="PresenceOptions"/>: the rules of the properties, and the rules between settings. Each failure is a sentence that names
/// the key, its value and what is allowed.
/// </summary>
public sealed class PresenceOptionsValidator : IValidateOptions<PresenceOptions>
{
    private static readonly TimeSpan ShortestStationary = TimeSpan.FromSeconds(10);

    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, PresenceOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        SettingRules rules = new SettingRules(PresenceOptions.SectionName).Attributes(options);
        if (options.LeaveThreshold > options.EnterThreshold)
            rules.Check(nameof(options.LeaveThreshold), options.LeaveThreshold, false, AtMost("EnterThreshold", options.EnterThreshold));
        if (options.MinUpdateInterval is { } least && least > options.UpdateInterval)
            rules.Check(nameof(options.MinUpdateInterval), least, false, AtMost("UpdateInterval", options.UpdateInterval));
        if (options.StationaryAfter > TimeSpan.Zero && options.StationaryAfter < ShortestStationary)
            rules.Check(nameof(options.StationaryAfter), options.StationaryAfter, false, "it must be 00:00:00 for never, or from 00:00:10");
        ZoneRules.Check(rules, nameof(options.Zones) + ":", options.Zones);
        return rules.Result();
    }

    private static string AtMost(string name, IFormattable value) =>
        string.Create(CultureInfo.InvariantCulture, $"it must be at most {name}, {value}");
}
