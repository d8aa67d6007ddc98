using Microsoft.Extensions.Options;
using RNNPool.Edge.Core;

namespace RNNPool.Edge.Pipeline.Control;

/// <summary>Whether the device is quiet now. Thread-safe.</summary>
internal sealed class QuietHours(IOptions<QuietHoursOptions> options, TimeProvider time)
{
    private readonly QuietPeriod[] _periods = [.. options.Value.Times.Select(QuietPeriod.Parse)];

    /// <summary>Whether notifications are paused now.</summary>
    public bool PauseNotifications => options.Value.Notifications && IsQuiet;

    /// <summary>Whether detection is paused now.</summary>
    public bool PauseDetection => options.Value.Detection && IsQuiet;

    /// <summary>Whether the settings can pause detection.</summary>
    public bool ConcernDetection => options.Value.Detection && _periods.Length > 0;

    private bool IsQuiet
    {
        get
        {
            if (_periods.Length == 0)
                return false;

            // A clock that has not been set says nothing about the time of day.
            DateTimeOffset now = time.GetLocalNow();
            return now >= ClockTrust.FirstPlausibleTime && Array.Exists(_periods, period => period.Contains(now.DateTime));
        }
    }
}
