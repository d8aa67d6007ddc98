using Microsoft.AspNetCore.Authorization;

namespace RNNPool.Edge.Web.Access;

/// <summary>
/// Refuses changes that a page of another site may have caused: a foreign <c>Origin</c>, or a missing or wrong <c>X-CSRF-Token</c>. A
/// WebSocket with a foreign <c>Origin</c> is refused too, because a browser lets every page read the messages of one.
/// </summary>
internal sealed class ForgeryMiddleware(RequestDelegate next)
{
    public const string Header = "X-CSRF-Token";

    private const string ForeignSite = "This request comes from a page of another site.";

    public Task InvokeAsync(HttpContext context) =>
        FindViolation(context) is { } reason ? Problems.WriteAsync(context, StatusCodes.Status403Forbidden, reason) : next(context);

    /// <returns>Why the request is refused, as a sentence; null when it is not.</returns>
    private static string? FindViolation(HttpContext context)
    {
        HttpRequest request = context.Request;
        bool isRead = HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) || HttpMethods.IsOptions(request.Method);
        if (isRead && !context.WebSockets.IsWebSocketRequest)
            return null;
        string? origin = request.Headers.Origin;
        if (origin is not null && !IsOwnOrigin(request, origin))
            return ForeignSite;
        if (isRead)
            return null;
        // Anonymous operations and the answers of the router (404, 405, 415) change nothing on behalf of the caller.
        bool needsToken = context.GetEndpoint()?.Metadata.GetMetadata<IAuthorizeData>() is not null;
        if (!needsToken || Caller.Get(context) is null or { Kind: CallerKind.Token })
            return null;
        string? sent = request.Headers[Header],
            expected = Caller.Get(context)!.Csrf;
        bool same = sent is not null && expected is not null && AccessStore.FixedTimeEquals(sent, expected);
        return same ? null : $"The header {Header} is missing or wrong; /api/session returns its value.";
    }

    /// <summary>Whether a page of this device has caused a request.</summary>
    internal static bool IsOwnOrigin(HttpRequest request, string origin) =>
        Uri.TryCreate(origin, UriKind.Absolute, out Uri? uri)
        && string.Equals(uri.Authority, Authority(request, uri.Scheme), StringComparison.OrdinalIgnoreCase);

    // A proxy may use another scheme than the device; browsers omit the default port of the scheme.
    private static string Authority(HttpRequest request, string scheme) =>
        request.Host.Port is { } port && port != (scheme == Uri.UriSchemeHttps ? 443 : 80) ? request.Host.Value! : request.Host.Host;
}
