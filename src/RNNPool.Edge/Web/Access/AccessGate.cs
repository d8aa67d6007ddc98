namespace RNNPool.Edge.Web.Access;

/// <summary>Who may use an endpoint; without a word about it, those who have signed in.</summary>
internal enum Audience
{
    /// <summary>Those who have signed in, with an API token or a session; while no password is set, everybody on this machine.</summary>
    SignedIn,

    /// <summary>The same, and everybody on this machine: what watches over the device there needs no password.</summary>
    ThisMachine,

    /// <summary>Everybody.</summary>
    Anyone,
}

/// <summary>As whom a request is made.</summary>
internal enum Identity
{
    /// <summary>Nobody that is known.</summary>
    Nobody,

    /// <summary>Somebody on this machine, while no password is set.</summary>
    Open,

    /// <summary>Somebody who has signed in with the password.</summary>
    Session,

    /// <summary>A script with an API token.</summary>
    Token,
}

/// <summary>Lets in who may come in, and lets nothing be changed by a page of another site.</summary>
internal static class AccessGate
{
    public const string CsrfHeader = "X-CSRF-Token";
    private const string Bearer = "Bearer ";
    private static readonly object IdentityKey = new(),
        CsrfKey = new(),
        EndingKey = new();

    /// <summary>Name of the cookie; over TLS browsers hold the name to being set by this very host.</summary>
    public static string CookieName(HttpContext context) => context.Request.IsHttps ? "__Host-rnnpool-edge" : "rnnpool-edge";

    /// <summary>As whom the request is made.</summary>
    public static Identity IdentityOf(HttpContext context) =>
        context.Items.TryGetValue(IdentityKey, out object? identity) ? (Identity)identity! : Identity.Nobody;

    /// <summary>What the caller must send with changes; null when it has not signed in or needs none.</summary>
    public static string? CsrfOf(HttpContext context) => context.Items.TryGetValue(CsrfKey, out object? token) ? (string?)token : null;

    /// <summary>Ends what takes long: when the caller goes, when it is signed out, when the device stops. To be disposed.</summary>
    public static CancellationTokenSource EndOf(HttpContext context) =>
        CancellationTokenSource.CreateLinkedTokenSource(
            context.RequestAborted,
            context.RequestServices.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping,
            context.Items.TryGetValue(EndingKey, out object? ending) ? (CancellationToken)ending! : CancellationToken.None
        );

    public static Task CheckAsync(HttpContext context, RequestDelegate next)
    {
        Audience audience = context.GetEndpoint()?.Metadata.GetMetadata<AudienceMetadata>()?.Audience ?? Audience.SignedIn;
        var store = context.RequestServices.GetRequiredService<AccessStore>();
        Identity identity = Identify(context, store);
        context.Items[IdentityKey] = identity;
        bool may =
            identity != Identity.Nobody
            || audience == Audience.Anyone
            || (audience == Audience.ThisMachine && Caller.IsThisMachine(context));
        if (!may)
        {
            if (!store.PasswordSet)
                return WebApi.RefuseAsync(
                    context,
                    StatusCodes.Status403Forbidden,
                    "No password is set; until one is, only a browser on this machine may use this device."
                );
            context.Response.Headers.WWWAuthenticate = "Bearer";
            return WebApi.RefuseAsync(context, StatusCodes.Status401Unauthorized, store.Failure ?? "Sign in first.");
        }

        return Forged(context, audience, identity) is { } reason
            ? WebApi.RefuseAsync(context, StatusCodes.Status403Forbidden, reason)
            : next(context);
    }

    private static Identity Identify(HttpContext context, AccessStore store)
    {
        string? authorization = context.Request.Headers.Authorization;
        if (authorization is not null)
            return
                authorization.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) && store.IsToken(authorization[Bearer.Length..].Trim())
                ? Identity.Token
                : Identity.Nobody;
        var sessions = context.RequestServices.GetRequiredService<Sessions>();
        if (!store.PasswordSet)
        {
            if (!Caller.IsThisMachine(context))
                return Identity.Nobody;
            context.Items[CsrfKey] = sessions.OpenCsrf;
            return Identity.Open;
        }

        if (sessions.Find(context.Request.Cookies[CookieName(context)]) is not { } session)
            return Identity.Nobody;
        context.Items[CsrfKey] = session.Csrf;
        context.Items[EndingKey] = session.Ending.Token;
        return Identity.Session;
    }

    /// <returns>Why a change may have been made up by another site's page, as a sentence; null when it was not.</returns>
    private static string? Forged(HttpContext context, Audience audience, Identity identity)
    {
        HttpRequest request = context.Request;
        if (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) || HttpMethods.IsOptions(request.Method))
            return null;
        string? origin = request.Headers.Origin;
        if (
            origin is not null
            && !(
                Uri.TryCreate(origin, UriKind.Absolute, out Uri? uri)
                && string.Equals(uri.Authority, Authority(request, uri.Scheme), StringComparison.OrdinalIgnoreCase)
            )
        )
            return "This request comes from a page of another site.";
        if (audience == Audience.Anyone || identity is Identity.Token or Identity.Nobody)
            return null;
        string? sent = request.Headers[CsrfHeader],
            expected = CsrfOf(context);
        return sent is not null && expected is not null && AccessStore.Same(sent, expected)
            ? null
            : $"The header {CsrfHeader} is missing or wrong; /api/session tells its value.";
    }

    // Behind a proxy the scheme may be another one; a port that is the scheme's own is not written.
    private static string Authority(HttpRequest request, string scheme) =>
        request.Host.Port is { } port && port != (scheme == Uri.UriSchemeHttps ? 443 : 80) ? request.Host.Value! : request.Host.Host;
}

/// <summary>Says of an endpoint who may use it.</summary>
internal sealed record AudienceMetadata(Audience Audience);
