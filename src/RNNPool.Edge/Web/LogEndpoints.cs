using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;
using RNNPool.Edge.Diagnostics;

namespace RNNPool.Edge.Web;

/// <summary><c>/api/log</c>: the last messages of the log.</summary>
internal sealed class LogEndpoints(LogTail tail) : IEndpointGroup
{
    private const int DefaultLines = 200;

    public void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/api/log", List).Describe("getLog", "diagnostics", "The last messages of the log, oldest first.");

    private Results<Ok<IReadOnlyList<LogLine>>, ProblemHttpResult> List([Range(1, LogTail.Capacity)] int? lines) =>
        lines is < 1 or > LogTail.Capacity
            ? Problems.BadRequest($"lines must be a whole number from 1 to {LogTail.Capacity}.")
            : TypedResults.Ok(tail.Newest(lines ?? DefaultLines));
}
