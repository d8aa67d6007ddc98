using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace RNNPool.Edge.Web.Access;

/// <summary>
/// Authenticates a request by API token, by the cookie of a session, or, while no password is set, by its origin on this machine.
/// </summary>
internal sealed class DeviceAuthenticationHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options,
    ILoggerFactory logger,
    UrlEncoder encoder,
    AccessStore store,
    Sessions sessions
) : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    /// <summary>Name of the scheme.</summary>
    public const string SchemeName = "Device";

    private const string Bearer = "Bearer ";

    /// <summary>Name of the cookie. With the prefix, browsers accept it over TLS from this very host only.</summary>
    public static string CookieName(HttpRequest request) => request.IsHttps ? "__Host-rnnpool-edge" : "rnnpool-edge";

    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (Identify() is not { } caller)
            return Task.FromResult(AuthenticateResult.NoResult());
        Context.Features.Set(caller);
        return Task.FromResult(AuthenticateResult.Success(new AuthenticationTicket(caller.CreatePrincipal(SchemeName), SchemeName)));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        if (!store.PasswordSet)
        {
            return Problems.WriteAsync(
                Context,
                StatusCodes.Status403Forbidden,
                "No password is set; until then only a program on this machine may use the device, "
                    + "under localhost, 127.0.0.1 or [::1] with the device's port."
            );
        }

        Response.Headers.WWWAuthenticate = "Bearer";
        return Problems.WriteAsync(Context, StatusCodes.Status401Unauthorized, store.Failure ?? "Sign in first.");
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) =>
        Problems.WriteAsync(Context, StatusCodes.Status403Forbidden, "This caller may not use the operation.");

    private Caller? Identify()
    {
        string? authorization = Request.Headers.Authorization;
        if (authorization is not null)
        {
            bool known =
                authorization.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase)
                && store.TryUseToken(authorization[Bearer.Length..].Trim());
            return known ? new Caller(CallerKind.Token) : null;
        }

        if (!store.PasswordSet)
            return RequestOrigin.IsLocal(Context) ? new Caller(CallerKind.Open, sessions.OpenCsrf) : null;
        Session? session = sessions.Find(Request.Cookies[CookieName(Request)]);
        return session is null ? null : new Caller(CallerKind.Session, session.Csrf, session.Ending.Token);
    }
}
