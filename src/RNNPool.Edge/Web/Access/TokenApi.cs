namespace RNNPool.Edge.Web.Access;

/// <summary>The body that asks for a token.</summary>
internal sealed record TokenRequest(string Name);

/// <summary>A token that has just been made; it is told this once.</summary>
internal sealed record NewToken(string Id, string Name, DateTime Created, string Token);

/// <summary><c>/api/tokens</c>.</summary>
internal static class TokenApi
{
    private const int MaxBytes = 1024;

    public static Task ListAsync(HttpContext context) =>
        context.Response.WriteAsJsonAsync(
            context.RequestServices.GetRequiredService<AccessStore>().Tokens(),
            WebJson.Default.TokenList,
            cancellationToken: context.RequestAborted
        );

    public static async Task AddAsync(HttpContext context)
    {
        if (await RequestBody.ReadAsync(context, WebJson.Default.TokenRequest, MaxBytes).ConfigureAwait(false) is not { } request)
            return;
        if (request.Name.Length is 0 or > AccessStore.MaxNameLength || request.Name.Any(char.IsControl))
        {
            await WebApi
                .RefuseAsync(
                    context,
                    StatusCodes.Status400BadRequest,
                    $"The name of a token must be 1 to {AccessStore.MaxNameLength} characters without control characters."
                )
                .ConfigureAwait(false);
            return;
        }

        try
        {
            if (context.RequestServices.GetRequiredService<AccessStore>().AddToken(request.Name) is not { } made)
            {
                await WebApi
                    .RefuseAsync(
                        context,
                        StatusCodes.Status409Conflict,
                        $"There are {AccessStore.MaxTokens} tokens already; delete one first."
                    )
                    .ConfigureAwait(false);
                return;
            }

            context.Response.StatusCode = StatusCodes.Status201Created;
            await context
                .Response.WriteAsJsonAsync(
                    new NewToken(made.Report.Id, made.Report.Name, made.Report.Created, made.Token),
                    WebJson.Default.NewToken,
                    cancellationToken: context.RequestAborted
                )
                .ConfigureAwait(false);
        }
        catch (IOException exception)
        {
            await WebApi.RefuseAsync(context, StatusCodes.Status503ServiceUnavailable, exception.Message).ConfigureAwait(false);
        }
    }

    public static Task RemoveAsync(HttpContext context)
    {
        try
        {
            if (!context.RequestServices.GetRequiredService<AccessStore>().RemoveToken((string)context.Request.RouteValues["id"]!))
                return WebApi.RefuseAsync(context, StatusCodes.Status404NotFound, "There is no such token.");
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return Task.CompletedTask;
        }
        catch (IOException exception)
        {
            return WebApi.RefuseAsync(context, StatusCodes.Status503ServiceUnavailable, exception.Message);
        }
    }
}
