using System.Globalization;
using System.Text.Json;
using RNNPool.Edge.Events;
using RNNPool.Edge.Vision.Presence;

namespace RNNPool.Edge.Sinks.Journal;

/// <summary>Presences over time, by the hours and days of local time.</summary>
/// <param name="TimeZone">The time zone of the device.</param>
/// <param name="Hours">Every hour from the first day until now, the oldest first.</param>
/// <param name="Days">Every day, the oldest first.</param>
/// <param name="Longest">The longest stay; null when none has ended.</param>
public sealed record StatisticsReport(
    string TimeZone,
    IReadOnlyList<StatisticsBucket> Hours,
    IReadOnlyList<StatisticsBucket> Days,
    LongestStay? Longest
);

/// <summary>The presences that began in an hour or on a day.</summary>
/// <param name="Time">Its begin, in local time with its offset.</param>
/// <param name="Presences">Number of presences.</param>
/// <param name="Most">Most presences of one label at the same time.</param>
/// <param name="LongestSeconds">Longest stay of those that have ended.</param>
/// <param name="TotalSeconds">Sum of their stays.</param>
public sealed record StatisticsBucket(string Time, int Presences, int Most, double LongestSeconds, double TotalSeconds);

/// <summary>The longest stay.</summary>
/// <param name="Id">Identity of the presence.</param>
/// <param name="Label">Its label.</param>
/// <param name="Camera">Its camera.</param>
/// <param name="StartTime">When it began (UTC).</param>
/// <param name="Seconds">How long it lasted.</param>
public sealed record LongestStay(string Id, string Label, string Camera, DateTime StartTime, double Seconds);

/// <summary>Sums the events of the journal by hour and day. Not thread-safe.</summary>
internal sealed class PresenceStatistics
{
    /// <summary>Most days.</summary>
    public const int MaxDays = 92;

    private readonly TimeZoneInfo _zone;
    private readonly SortedDictionary<DateTimeOffset, Sums> _hours = [];
    private readonly SortedDictionary<DateTimeOffset, Sums> _days = [];
    private LongestStay? _longest;

    /// <summary>Creates empty sums.</summary>
    /// <param name="zone">The time zone.</param>
    /// <param name="now">The present time.</param>
    /// <param name="days">Number of days, with the present one; 1 to <see cref="MaxDays"/>.</param>
    public PresenceStatistics(TimeZoneInfo zone, DateTimeOffset now, int days)
    {
        _zone = zone;
        DateTime today = TimeZoneInfo.ConvertTime(now, zone).Date;
        for (int i = 1 - days; i <= 0; i++)
            _days[Day(today.AddDays(i))] = new Sums();
        From = _days.Keys.First();

        // An hour of the clock may be missing or occur twice on a day.
        for (DateTimeOffset at = From.ToUniversalTime(); at <= now; at = at.AddHours(1))
            _hours.TryAdd(Hour(at), new Sums());
        _hours.TryAdd(Hour(now), new Sums());
    }

    /// <summary>Begin of the first day.</summary>
    public DateTimeOffset From { get; }

    /// <summary>Adds an event.</summary>
    /// <param name="json">The event as JSON.</param>
    public void Add(string json)
    {
        if (JsonSerializer.Deserialize(json, EventJson.Default.PresenceEvent) is not { } presence)
            return;
        var start = new DateTimeOffset(DateTime.SpecifyKind(presence.StartTime, DateTimeKind.Utc));
        DateTimeOffset hour = Hour(start);
        if (!_hours.TryGetValue(hour, out Sums? ofHour) || !_days.TryGetValue(Day(hour.DateTime.Date), out Sums? ofDay))
            return;
        foreach (Sums sums in new[] { ofHour, ofDay })
            sums.Add(presence);
        if (presence is not { Type: PresenceEventKind.End, EndTime: not null })
            return;
        double seconds = Sums.Stay(presence);
        if (_longest is null || seconds > _longest.Seconds)
            _longest = new LongestStay(presence.Id, presence.Label, presence.Camera, presence.StartTime, seconds);
    }

    /// <summary>The sums.</summary>
    public StatisticsReport Report() => new(_zone.Id, Buckets(_hours), Buckets(_days), _longest);

    private static StatisticsBucket[] Buckets(SortedDictionary<DateTimeOffset, Sums> sums) =>
        [
            .. sums.Select(pair => new StatisticsBucket(
                pair.Key.ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture),
                pair.Value.Presences,
                pair.Value.Most,
                Math.Round(pair.Value.Longest, 1),
                Math.Round(pair.Value.Total, 1)
            )),
        ];

    private DateTimeOffset Hour(DateTimeOffset time)
    {
        DateTimeOffset local = TimeZoneInfo.ConvertTime(time, _zone);
        return new DateTimeOffset(local.Date.AddHours(local.Hour), local.Offset);
    }

    private DateTimeOffset Day(DateTime date) => new(date, _zone.GetUtcOffset(date));

    private sealed class Sums
    {
        public int Presences { get; private set; }

        public int Most { get; private set; }

        public double Longest { get; private set; }

        public double Total { get; private set; }

        public static double Stay(PresenceEvent end) => Math.Max(0, (end.EndTime!.Value - end.StartTime).TotalSeconds);

        public void Add(PresenceEvent presence)
        {
            if (presence.Type == PresenceEventKind.New)
            {
                Presences++;
                Most = Math.Max(Most, presence.Count);
            }
            else if (presence is { Type: PresenceEventKind.End, EndTime: not null })
            {
                double seconds = Stay(presence);
                Longest = Math.Max(Longest, seconds);
                Total += seconds;
            }
        }
    }
}
