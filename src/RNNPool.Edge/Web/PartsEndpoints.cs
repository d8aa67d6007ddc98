using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;
using RNNPool.Edge.Parts;

namespace RNNPool.Edge.Web;

/// <summary>A value for a simulated input.</summary>
/// <param name="Value">1 or 0 for a line that is active or not; else the quantity that a sensor measures.</param>
internal sealed record PartInput([property: Range(-PartsEndpoints.MaxValue, PartsEndpoints.MaxValue)] double Value);

/// <summary><c>/api/parts</c>: what the parts on the bench show, and the inputs of simulated ones.</summary>
internal sealed class PartsEndpoints(PartsStatus parts) : IEndpointGroup
{
    /// <summary>Largest magnitude of a fed value.</summary>
    public const double MaxValue = 1e6;

    private const string Tag = "parts";
    private const int MaxBytes = 256;

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/parts", Get).Describe("getParts", Tag, "The configured parts and what they show.");
        routes
            .MapPost("/api/parts/{name}", Feed)
            .LimitBody(MaxBytes)
            .Problems(StatusCodes.Status404NotFound, StatusCodes.Status409Conflict)
            .Describe("feedPart", Tag, "Feeds a simulated input, such as a button that is pressed.");
    }

    private Ok<IReadOnlyList<PartReport>> Get() => TypedResults.Ok(parts.Report());

    private Results<NoContent, ProblemHttpResult> Feed(string name, PartInput body)
    {
        if (parts.Find(name) is not { } state)
            return Problems.NotFound($"No part '{name}' is configured.");
        return state.Part.IsSimulated && state.Part.TryFeed(body.Value)
            ? TypedResults.NoContent()
            : Problems.Conflict($"The {name} is not a simulated input.");
    }
}
