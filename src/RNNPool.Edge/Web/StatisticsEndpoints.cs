using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http.HttpResults;
using RNNPool.Edge.Sinks.Journal;

namespace RNNPool.Edge.Web;

/// <summary><c>/api/statistics</c>: presences by hour and day, from the journal.</summary>
internal sealed class StatisticsEndpoints(TimeProvider time, EventJournal? journal = null) : IEndpointGroup
{
    private const string Tag = "events";
    private const int DefaultDays = 7;
    private const int MaxDays = PresenceStatistics.MaxDays;
    private const int MaxLabel = 64;

    public void Map(IEndpointRouteBuilder routes)
    {
        routes
            .MapGet("/api/statistics", Get)
            .Describe("getStatistics", Tag, "Presences by hour and day of local time, from the journal.")
            .Problems(StatusCodes.Status404NotFound);
        routes
            .MapGet("/api/statistics.csv", GetCsv)
            .Describe("getStatisticsCsv", Tag, "The same as CSV, by hour or by day.")
            .Produces(StatusCodes.Status200OK, contentType: "text/csv")
            .Problems(StatusCodes.Status404NotFound);
    }

    private Results<Ok<StatisticsReport>, ProblemHttpResult> Get(
        [Range(1, MaxDays)] int? days,
        [StringLength(MaxLabel, MinimumLength = 1)] string? label
    )
    {
        ProblemHttpResult? problem = TryRead(days, label, out StatisticsReport? report);
        return problem is null ? TypedResults.Ok(report) : problem;
    }

    private Results<FileContentHttpResult, ProblemHttpResult> GetCsv(
        [Range(1, MaxDays)] int? days,
        [StringLength(MaxLabel, MinimumLength = 1)] string? label,
        [RegularExpression("^(?:hour|day)$")] string? by
    )
    {
        if (by is not (null or "hour" or "day"))
            return Problems.BadRequest("by must be hour or day.");
        ProblemHttpResult? problem = TryRead(days, label, out StatisticsReport? report);
        if (problem is not null)
            return problem;
        var csv = new StringBuilder("time,presences,most,longest_seconds,total_seconds\n");
        foreach (StatisticsBucket bucket in by == "day" ? report!.Days : report!.Hours)
        {
            csv.Append(
                CultureInfo.InvariantCulture,
                $"{bucket.Time},{bucket.Presences},{bucket.Most},{bucket.LongestSeconds},{bucket.TotalSeconds}\n"
            );
        }

        return TypedResults.Bytes(Encoding.UTF8.GetBytes(csv.ToString()), "text/csv", $"presences-by-{by ?? "hour"}.csv");
    }

    /// <returns>The refusal; null when the report was made.</returns>
    private ProblemHttpResult? TryRead(int? days, string? label, out StatisticsReport? report)
    {
        report = null;
        if (days is < 1 or > MaxDays)
            return Problems.BadRequest($"days must be a whole number from 1 to {MaxDays}.");
        if (label is { Length: 0 or > MaxLabel })
            return Problems.BadRequest($"label must have 1 to {MaxLabel} characters.");
        if (journal is null)
            return Problems.NotFound("The journal is switched off (Journal:Enabled).");
        var statistics = new PresenceStatistics(time.LocalTimeZone, time.GetUtcNow(), days ?? DefaultDays);
        try
        {
            if (File.Exists(journal.Path))
                JournalReader.Scan(journal.Path, statistics.From, label, statistics.Add);
        }
        catch (JournalException exception)
        {
            return Problems.Unavailable(exception.Message);
        }

        report = statistics.Report();
        return null;
    }
}
