using System.Net;
using Microsoft.Extensions.Options;

namespace RNNPool.Edge.Web.Access;

/// <summary>
/// Refuses host names that are not this device's, against DNS rebinding: a page of another site can reach the device under a name of its
/// own, and such requests carry that name. Until a password is set only literal loopback names are accepted.
/// </summary>
internal sealed class HostMiddleware(RequestDelegate next, IOptions<WebOptions> options, AccessStore store)
{
    public Task InvokeAsync(HttpContext context)
    {
        string host = context.Request.Host.Host;
        if (!store.PasswordSet && !RequestOrigin.IsLoopbackName(host))
        {
            return Problems.WriteAsync(
                context,
                StatusCodes.Status400BadRequest,
                "No password is set; until then the device accepts the host names localhost, 127.0.0.1 and [::1] only."
            );
        }

        return IsOwn(host, options.Value.Hosts)
            ? next(context)
            : Problems.WriteAsync(
                context,
                StatusCodes.Status400BadRequest,
                "This is not a host name of the device; Web:Hosts lists further names."
            );
    }

    /// <summary>Whether a host is an address or a name of this device. An address cannot be rebound.</summary>
    internal static bool IsOwn(string host, IReadOnlyList<string> names)
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
