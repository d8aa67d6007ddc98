using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing.Patterns;
using RNNPool.Edge.Core;
using RNNPool.Edge.Vision.Frames;

namespace RNNPool.Edge.Web.Access;

/// <summary>The body that creates a signed address.</summary>
/// <param name="Path">
/// The path of a picture, such as <c>/api/live.mjpg</c>. With <c>{id}</c> in the place of an event, the address is valid for all events.
/// </param>
/// <param name="Days">Days for which the address is valid, 1 to 3650; null for no end.</param>
internal sealed record PictureAddressRequest(string Path, int? Days);

/// <summary>A signed address. No other answer contains it.</summary>
/// <param name="Path">The path with the signature.</param>
/// <param name="Expires">End of validity (UTC); null for none.</param>
/// <param name="Addresses">The whole addresses for other machines, the most reliable one first.</param>
/// <param name="Pictures">Whether pictures may leave the device now.</param>
internal sealed record PictureAddress(string Path, DateTime? Expires, IReadOnlyList<string> Addresses, bool Pictures);

/// <summary><c>/api/picture-addresses</c>: addresses of pictures for other programs.</summary>
internal sealed class PictureAddressEndpoints(
    AccessStore store,
    SignedPictures signed,
    EndpointDataSource endpoints,
    PageAddress page,
    ImagePolicy policy,
    TimeProvider time
) : IEndpointGroup
{
    /// <summary>Longest validity with an end.</summary>
    public const int MaxDays = 3650;

    private const string Tag = "access";
    private const string Id = "{id}";
    private const int MaxBytes = 1024,
        MaxPath = 200;

    public void Map(IEndpointRouteBuilder routes)
    {
        routes
            .MapPost("/api/picture-addresses", Create)
            .LimitBody(MaxBytes)
            .Describe("createPictureAddress", Tag, "Creates a signed address of a picture, for programs that cannot sign in.");
        routes.MapDelete("/api/picture-addresses", Withdraw).Describe("withdrawPictureAddresses", Tag, "Withdraws all signed addresses.");
    }

    private Results<Created<PictureAddress>, ProblemHttpResult> Create(PictureAddressRequest body)
    {
        if (body.Days is < 1 or > MaxDays)
            return Problems.BadRequest($"days must be a whole number from 1 to {MaxDays}, or null.");
        if (FindScope(body.Path) is not { } scope)
        {
            return Problems.BadRequest(
                "path must be /api/live.mjpg, /api/live.jpg, or /api/events/{id}/ with picture.jpg, crop.jpg or thumbnail.jpg."
            );
        }

        // Whole seconds, which the address contains.
        DateTimeOffset? expires = body.Days is { } days
            ? DateTimeOffset.FromUnixTimeSeconds(time.GetUtcNow().AddDays(days).ToUnixTimeSeconds())
            : null;
        try
        {
            string path = $"{body.Path}?{signed.Sign(scope, body.Path, expires)}";
            return TypedResults.Created(
                (string?)null,
                new PictureAddress(
                    path,
                    expires is { } end ? TimeLabel.ToMilliseconds(end) : null,
                    [.. page.InNetwork.Select(address => address.GetLeftPart(UriPartial.Authority) + path)],
                    policy.Allowed
                )
            );
        }
        catch (IOException exception)
        {
            return Problems.Unavailable(exception.Message);
        }
    }

    private Results<NoContent, ProblemHttpResult> Withdraw()
    {
        try
        {
            store.RemovePictureKey();
            return TypedResults.NoContent();
        }
        catch (IOException exception)
        {
            return Problems.Unavailable(exception.Message);
        }
    }

    private PictureScope? FindScope(string path) =>
        path.Length > MaxPath || path.Any(c => !char.IsAsciiLetterOrDigit(c) && !"/.-_{}".Contains(c, StringComparison.Ordinal))
            ? null
            : endpoints
                .Endpoints.OfType<RouteEndpoint>()
                .Where(endpoint => Matches(endpoint.RoutePattern, path))
                .Select(endpoint => endpoint.Metadata.GetMetadata<PictureScope>())
                .FirstOrDefault(scope => scope is not null);

    /// <summary>Whether a path is the pattern itself, or one with the id of an event.</summary>
    private static bool Matches(RoutePattern pattern, string path)
    {
        string[] around = (pattern.RawText ?? "").Split(Id);
        if (around.Length == 1 || path == pattern.RawText)
            return path == pattern.RawText;
        return around.Length == 2
            && path.Length > around[0].Length + around[1].Length
            && path.StartsWith(around[0], StringComparison.Ordinal)
            && path.EndsWith(around[1], StringComparison.Ordinal)
            && !path[around[0].Length..^around[1].Length].Any(c => c is '/' or '{' or '}');
    }
}
