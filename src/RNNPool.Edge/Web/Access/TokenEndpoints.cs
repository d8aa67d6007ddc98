using Microsoft.AspNetCore.Http.HttpResults;

namespace RNNPool.Edge.Web.Access;

/// <summary>The body that creates a token.</summary>
/// <param name="Name">Name of the token for people, 1 to 64 characters.</param>
internal sealed record TokenRequest(string Name);

/// <summary>A token that has just been created. No other answer contains the token itself.</summary>
/// <param name="Id">Identity by which it is deleted.</param>
/// <param name="Name">Its name.</param>
/// <param name="Created">When it was created (UTC).</param>
/// <param name="Token">The token.</param>
internal sealed record NewToken(string Id, string Name, DateTime Created, string Token);

/// <summary><c>/api/tokens</c>.</summary>
internal sealed class TokenEndpoints(AccessStore store) : IEndpointGroup
{
    private const string Tag = "access";
    private const int MaxBytes = 1024;

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/tokens", List).Describe("listTokens", Tag, "The API tokens, without the tokens themselves.");
        routes
            .MapPost("/api/tokens", Create)
            .LimitBody(MaxBytes)
            .Describe("createToken", Tag, "Creates an API token.")
            .Problems(StatusCodes.Status409Conflict);
        routes
            .MapDelete("/api/tokens/{id}", Remove)
            .Describe("deleteToken", Tag, "Deletes an API token.")
            .Problems(StatusCodes.Status404NotFound);
    }

    private Ok<IReadOnlyList<TokenReport>> List() => TypedResults.Ok(store.Tokens());

    private Results<Created<NewToken>, ProblemHttpResult> Create(TokenRequest body)
    {
        if (body.Name.Length is 0 or > AccessStore.MaxNameLength || body.Name.Any(char.IsControl))
        {
            return Problems.BadRequest(
                $"The name of a token must have 1 to {AccessStore.MaxNameLength} characters and no control characters."
            );
        }

        try
        {
            return store.AddToken(body.Name) is { } made
                ? TypedResults.Created((string?)null, new NewToken(made.Report.Id, made.Report.Name, made.Report.Created, made.Token))
                : Problems.Conflict($"There are {AccessStore.MaxTokens} tokens already; delete one first.");
        }
        catch (IOException exception)
        {
            return Problems.Unavailable(exception.Message);
        }
    }

    private Results<NoContent, ProblemHttpResult> Remove(string id)
    {
        try
        {
            return store.RemoveToken(id) ? TypedResults.NoContent() : Problems.NotFound("There is no such token.");
        }
        catch (IOException exception)
        {
            return Problems.Unavailable(exception.Message);
        }
    }
}
