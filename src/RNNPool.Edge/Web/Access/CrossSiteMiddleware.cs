using Microsoft.Extensions.Options;

namespace RNNPool.Edge.Web.Access;

/// <summary>
/// Refuses requests to the API that a browser attributes to another site. Exceptions are reads of shared endpoints by a page of
/// <c>Web:AllowedOrigins</c>, and pictures by a signed address, which every page may show that knows the address.
/// </summary>
internal sealed class CrossSiteMiddleware(RequestDelegate next, IOptions<WebOptions> options)
{
    public Task InvokeAsync(HttpContext context)
    {
        HttpRequest request = context.Request;

        // Browsers do not state the origin of an image at an address without encryption.
        if (SignedPictures.IsSigned(request) && PictureScope.Find(context) is not null)
        {
            context.Response.Headers["Cross-Origin-Resource-Policy"] = "cross-origin";
            return next(context);
        }

        string? site = request.Headers["Sec-Fetch-Site"],
            origin = request.Headers.Origin;
        bool isForeign = site is not (null or "" or "same-origin" or "none");
        if (!isForeign && (string.IsNullOrEmpty(origin) || ForgeryMiddleware.IsOwnOrigin(request, origin)))
            return next(context);

        bool isShared = CrossSite.IsShared(context.GetEndpoint());
        if (isShared)
            CrossSite.Mark(context);
        bool isAllowed = !isForeign || (isShared && origin is not null && options.Value.AllowedOrigins.Contains(origin));
        return isAllowed || !request.Path.StartsWithSegments("/api")
            ? next(context)
            : Problems.WriteAsync(context, StatusCodes.Status403Forbidden, "This request comes from a page of another site.");
    }
}
