using RNNPool.Edge.Web.Network;

namespace RNNPool.Edge.Web;

/// <summary>
/// Headers of every answer: the browser loads nothing from elsewhere, runs nothing inline, shows no frames and guesses no types.
/// </summary>
internal sealed class SecurityHeaders(RequestDelegate next, PageNetwork network)
{
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; connect-src 'self'; "
        + "form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    public Task InvokeAsync(HttpContext context)
    {
        IHeaderDictionary headers = context.Response.Headers;
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()";
        headers.CacheControl = "no-store";

        // A browser that has stored this header offers no way past the warning about a certificate that the device has made itself.
        if (context.Request.IsHttps && !network.HasOwnCertificate)
            headers.StrictTransportSecurity = "max-age=31536000";
        return next(context);
    }
}
