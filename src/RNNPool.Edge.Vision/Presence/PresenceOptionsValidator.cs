using Microsoft.Extensions.Options;
using RNNPool.Edge.Vision.Configuration;
using RNNPool.Edge.Vision.Tracking;

namespace RNNPool.Edge.Vision.Presence;

/// <summary>Checks <see cref="PresenceOptions"/>; each failure is a sentence that names the key, its value and what is allowed.</summary>
public sealed class PresenceOptionsValidator : IValidateOptions<PresenceOptions>
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, PresenceOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var checks = new OptionChecks(PresenceOptions.SectionName);
        checks.Range(nameof(options.EnterThreshold), options.EnterThreshold, 0.0001f, 0.9999f);
        checks.Range(nameof(options.LeaveThreshold), options.LeaveThreshold, 0.0001f, 0.9999f);
        if (options.LeaveThreshold > options.EnterThreshold)
            checks.Fail(nameof(options.LeaveThreshold), OptionChecks.Text(options.LeaveThreshold), $"it must be at most EnterThreshold, {OptionChecks.Text(options.EnterThreshold)}");
        checks.Range(nameof(options.HistoryLength), options.HistoryLength, 1, 99);
        if (options.HistoryLength % 2 == 0) checks.Fail(nameof(options.HistoryLength), OptionChecks.Text(options.HistoryLength), "it must be odd, so that there is a middle score");
        checks.Range(nameof(options.OffDelay), options.OffDelay, TimeSpan.Zero, TimeSpan.FromHours(1));
        checks.Range(nameof(options.UpdateInterval), options.UpdateInterval, TimeSpan.FromSeconds(0.1), TimeSpan.FromDays(1));
        checks.Range(nameof(options.MinUpdateInterval), options.MinUpdateInterval, TimeSpan.Zero, options.UpdateInterval);
        checks.Range(nameof(options.UpdateMove), options.UpdateMove, 0.01f, 10f);
        checks.Range(nameof(options.UpdateScore), options.UpdateScore, 0.01f, 1f);

        TrackerOptions? tracker = options.Tracker;
        if (!checks.Present(nameof(options.Tracker), tracker)) return checks.Result();
        checks.Range("Tracker:" + nameof(tracker.MatchIou), tracker.MatchIou, 0.01f, 1f);
        checks.Range("Tracker:" + nameof(tracker.MaxMiss), tracker.MaxMiss, TimeSpan.Zero, TimeSpan.FromSeconds(60));
        checks.Range("Tracker:" + nameof(tracker.MaxPrediction), tracker.MaxPrediction, TimeSpan.Zero, TimeSpan.FromSeconds(10));
        checks.Range("Tracker:" + nameof(tracker.VelocityGain), tracker.VelocityGain, 0f, 1f);
        checks.Range("Tracker:" + nameof(tracker.MaxTracks), tracker.MaxTracks, 1, 1024);
        return checks.Result();
    }
}
