using System.Text.Json;
using RNNPool.Edge.Events;
using RNNPool.Edge.Sinks.Journal;
using RNNPool.Edge.Tests.Support;
using RNNPool.Edge.Vision.Presence;

namespace RNNPool.Edge.Tests.Sinks.Journal;

public sealed class PresenceStatisticsTests
{
    private static readonly TimeZoneInfo Berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");

    [Fact]
    public void Presences_are_summed_by_the_local_hours_and_days_of_their_begin()
    {
        var statistics = new PresenceStatistics(Berlin, new DateTimeOffset(2026, 3, 14, 12, 30, 0, TimeSpan.Zero), 2);
        Add(statistics, "a", "2026-03-13T22:30:00Z", seconds: 4000, count: 1);
        Add(statistics, "b", "2026-03-13T22:59:59Z", seconds: 60, count: 2);
        Add(statistics, "c", "2026-03-13T23:00:00Z", seconds: null, count: 1);
        Add(statistics, "before", "2026-03-12T22:59:59Z", seconds: 9999, count: 5);

        StatisticsReport report = statistics.Report();

        Assert.Equal(["2026-03-13T00:00:00+01:00", "2026-03-14T00:00:00+01:00"], report.Days.Select(day => day.Time));
        Assert.Equal(new StatisticsBucket("2026-03-13T00:00:00+01:00", 2, 2, 4000, 4060), report.Days[0]);
        Assert.Equal(new StatisticsBucket("2026-03-14T00:00:00+01:00", 1, 1, 0, 0), report.Days[1]);
        Assert.Equal(24 + 14, report.Hours.Count);
        Assert.Equal("2026-03-14T13:00:00+01:00", report.Hours[^1].Time);
        Assert.Equal(2, report.Hours.Single(hour => hour.Time == "2026-03-13T23:00:00+01:00").Presences);
        Assert.Equal(("a", 4000.0), (report.Longest!.Id, report.Longest.Seconds));
    }

    [Theory]
    [InlineData("2026-03-28", 24, 1)]
    [InlineData("2026-03-29", 23, 0)]
    [InlineData("2026-10-25", 25, 2)]
    public void A_day_on_which_the_clocks_change_has_the_hours_that_it_has(string date, int hours, int timesOfTwo)
    {
        var evening = DateTime.Parse(date + "T23:30:00", System.Globalization.CultureInfo.InvariantCulture);

        StatisticsReport report = new PresenceStatistics(
            Berlin,
            new DateTimeOffset(TimeZoneInfo.ConvertTimeToUtc(evening, Berlin)),
            1
        ).Report();

        Assert.Equal(hours, report.Hours.Count);
        Assert.Equal(hours, report.Hours.Select(hour => hour.Time).Distinct().Count());
        Assert.Equal(timesOfTwo, report.Hours.Count(hour => hour.Time.Contains("T02:00:00", StringComparison.Ordinal)));
        Assert.StartsWith(date + "T00:00:00", report.Hours[0].Time, StringComparison.Ordinal);
        Assert.StartsWith(date + "T23:00:00", report.Hours[^1].Time, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_journal_is_read_from_the_first_day_on_and_by_label()
    {
        using var journal = new JournalFixture();
        await journal.OpenAsync();
        await journal.DeliverAsync("old", time: Samples.Noon.AddDays(-3));
        await journal.DeliverAsync("a");
        await journal.DeliverAsync("a", occupied: false);
        journal.Journal.Commit();
        List<string> all = [],
            cats = [];

        JournalReader.Scan(journal.Path, Samples.Noon.AddDays(-1), null, all.Add);
        JournalReader.Scan(journal.Path, Samples.Noon.AddDays(-1), "cat", cats.Add);

        Assert.Equal(2, all.Count);
        Assert.Empty(cats);
    }

    private static void Add(PresenceStatistics statistics, string id, string start, double? seconds, int count)
    {
        DateTime begin = DateTime.Parse(start, System.Globalization.CultureInfo.InvariantCulture).ToUniversalTime();
        PresenceEvent presence = Samples.Event(id: id, count: count) with { StartTime = begin, Time = begin.AddSeconds(1) };
        statistics.Add(JsonSerializer.Serialize(presence, EventJson.Default.PresenceEvent));
        if (seconds is { } stay)
        {
            presence = presence with { Type = PresenceEventKind.End, EndTime = begin.AddSeconds(stay), Time = begin.AddSeconds(stay + 3) };
            statistics.Add(JsonSerializer.Serialize(presence, EventJson.Default.PresenceEvent));
        }
    }
}
