using System.Security.Claims;

namespace RNNPool.Edge.Web.Access;

/// <summary>The way in which a caller has proved who it is.</summary>
internal enum CallerKind
{
    /// <summary>A program on this machine, while no password is set.</summary>
    Open,

    /// <summary>A browser that has signed in with the password.</summary>
    Session,

    /// <summary>A script with an API token.</summary>
    Token,

    /// <summary>A program with a signed address of a picture.</summary>
    Pictures,
}

/// <summary>An authenticated caller.</summary>
/// <param name="Kind">How it is authenticated.</param>
/// <param name="Csrf">The value that it must send with every change; null for a token, which needs none.</param>
/// <param name="Ending">Cancelled when its session, token or address ends.</param>
internal sealed record Caller(CallerKind Kind, string? Csrf = null, CancellationToken Ending = default)
{
    /// <summary>The caller of a request; null when it is not authenticated.</summary>
    public static Caller? Get(HttpContext context) => context.Features.Get<Caller>();

    /// <summary>The principal for the framework's authorization.</summary>
    public ClaimsPrincipal CreatePrincipal(string scheme) =>
        new(new ClaimsIdentity([new Claim(ClaimTypes.AuthenticationMethod, Kind.ToString())], scheme));

    /// <summary>Ends a long answer when the caller disconnects, its session, token or address ends, or the device stops.</summary>
    public static CancellationTokenSource LinkEnd(HttpContext context, params ReadOnlySpan<CancellationToken> others) =>
        CancellationTokenSource.CreateLinkedTokenSource([context.RequestAborted, Get(context)?.Ending ?? default, .. others]);
}
