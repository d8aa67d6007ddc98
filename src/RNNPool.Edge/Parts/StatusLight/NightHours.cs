using System.Globalization;

namespace RNNPool.Edge.Parts.StatusLight;

/// <summary>The hours of the day in which the LEDs are off, in local time.</summary>
internal sealed class NightHours
{
    /// <summary>The clock is read again after this time at the latest, because it may be set while the device runs.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    private readonly TimeSpan _from,
        _until;
    private readonly TimeProvider _timeProvider;

    private NightHours(TimeSpan from, TimeSpan until, TimeProvider timeProvider)
    {
        _from = from;
        _until = until;
        _timeProvider = timeProvider;
    }

    /// <summary>Whether it is night.</summary>
    public bool IsNight => Since(_from) < Length;

    /// <summary>Time until it may have changed.</summary>
    public TimeSpan NextChange
    {
        get
        {
            TimeSpan since = Since(_from),
                next = since < Length ? Length - since : Day - since;
            return next < LongestWait ? next : LongestWait;
        }
    }

    private TimeSpan Length => Modulo(_until - _from);

    /// <summary>The hours of the settings; null without any.</summary>
    public static NightHours? Create(StatusLightOptions options, TimeProvider timeProvider) =>
        options is { NightFrom: { } from, NightUntil: { } until } ? new NightHours(Parse(from), Parse(until), timeProvider) : null;

    private static TimeSpan Parse(string time) => TimeSpan.ParseExact(time, @"hh\:mm", CultureInfo.InvariantCulture);

    private static TimeSpan Modulo(TimeSpan time) => time < TimeSpan.Zero ? time + Day : time;

    private TimeSpan Since(TimeSpan time) => Modulo(_timeProvider.GetLocalNow().TimeOfDay - time);
}
