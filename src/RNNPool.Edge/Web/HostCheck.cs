using System.Net;
using Microsoft.Extensions.Options;

namespace RNNPool.Edge.Web;

/// <summary>
/// Refuses names that are not this device's: a page of another site could reach the device under a name of its own (DNS rebinding), and such requests
/// carry that name as their host. An address in digits cannot be rebound. Also refuses what browsers say comes from another site.
/// </summary>
internal static class HostCheck
{
    public static Task CheckAsync(HttpContext context, RequestDelegate next)
    {
        if (!IsOurs(context.Request.Host.Host, context.RequestServices.GetRequiredService<IOptions<WebOptions>>().Value.Hosts))
        {
            return WebApi.RefuseAsync(
                context,
                StatusCodes.Status400BadRequest,
                "This is not the name of this device; names that it may be called by are in Web:Hosts."
            );
        }

        string? site = context.Request.Headers["Sec-Fetch-Site"];
        bool foreign = site is not (null or "" or "same-origin" or "none");
        return foreign && context.Request.Path.StartsWithSegments("/api")
            ? WebApi.RefuseAsync(context, StatusCodes.Status403Forbidden, "This request comes from a page of another site.")
            : next(context);
    }

    internal static bool IsOurs(string host, IReadOnlyList<string> names)
    {
        if (host.Length == 0)
            return false;
        if (IPAddress.TryParse(host.Trim('[', ']'), out _))
            return true;
        host = host.TrimEnd('.');
        return Same(host, "localhost")
            || Same(host, Environment.MachineName)
            || Same(host, Environment.MachineName + ".local")
            || names.Any(name => Same(host, name));
    }

    private static bool Same(string a, string b) => string.Equals(a, b, StringComparison.OrdinalIgnoreCase);
}
