using System.Globalization;
using System.Net;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace RNNPool.Edge.Web.Access;

/// <summary>
/// Authenticates a request by API token, by the cookie of a session, or, while no password is set, by its origin on this machine. Pictures
/// are also served by a signed address, and by HTTP Basic authentication with an API token.
/// </summary>
internal sealed class DeviceAuthenticationHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options,
    ILoggerFactory logger,
    UrlEncoder encoder,
    AccessStore store,
    Sessions sessions,
    SignedPictures signed,
    BasicTokens basic
) : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    /// <summary>Name of the scheme.</summary>
    public const string SchemeName = "Device";

    private const string Bearer = "Bearer ";
    private const string BasicChallenge = "Basic realm=\"pictures; the password is an API token\", charset=\"UTF-8\"";

    private TimeSpan _retryAfter;

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

        if (_retryAfter > TimeSpan.Zero)
        {
            int seconds = (int)Math.Ceiling(_retryAfter.TotalSeconds);
            Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
            return Problems.WriteAsync(Context, StatusCodes.Status429TooManyRequests, $"Too many attempts; try again in {seconds} s.");
        }

        PictureScope? pictures = PictureScope.Find(Context);
        Response.Headers.WWWAuthenticate = pictures is null || IsBrowser() ? "Bearer" : new[] { "Bearer", BasicChallenge };
        string detail =
            pictures is not null && SignedPictures.IsSigned(Request)
                ? "The signature of this address is wrong, withdrawn or no longer valid."
                : "Sign in first.";
        return Problems.WriteAsync(Context, StatusCodes.Status401Unauthorized, store.Failure ?? detail);
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) =>
        Problems.WriteAsync(Context, StatusCodes.Status403Forbidden, "This caller may not use the operation.");

    private Caller? Identify()
    {
        PictureScope? pictures = PictureScope.Find(Context);

        // A reverse proxy may add a header of its own, so the signature comes first.
        if (pictures is not null && SignedPictures.IsSigned(Request))
            return signed.Verify(Context, pictures);
        string? authorization = Request.Headers.Authorization;
        if (authorization is not null)
            return Identify(authorization, pictures is not null);
        if (CrossSite.IsMarked(Context))
            return null;
        if (!store.PasswordSet)
            return RequestOrigin.IsLocal(Context) ? new Caller(CallerKind.Open, sessions.OpenCsrf) : null;
        Session? session = sessions.Find(Request.Cookies[CookieName(Request)]);
        return session is null ? null : new Caller(CallerKind.Session, session.Csrf, session.Ending.Token);
    }

    private Caller? Identify(string authorization, bool acceptsBasic)
    {
        if (authorization.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase))
        {
            return store.TryUseToken(authorization[Bearer.Length..].Trim(), out CancellationToken ending)
                ? new Caller(CallerKind.Token, Ending: ending)
                : null;
        }

        if (!acceptsBasic || !BasicTokens.IsBasic(authorization))
            return null;
        IPAddress? address = RequestOrigin.IsLocal(Context) ? null : Context.Connection.RemoteIpAddress ?? IPAddress.None;
        BasicOutcome outcome = basic.Verify(address, authorization);
        _retryAfter = outcome.RetryAfter;
        return outcome.Caller;
    }

    /// <summary>A browser would answer the challenge with a dialog of its own, in which people would enter the password.</summary>
    private bool IsBrowser() => Request.Headers.UserAgent.ToString().StartsWith("Mozilla/", StringComparison.Ordinal);
}
