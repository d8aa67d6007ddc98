using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.Extensions.Options;

namespace RNNPool.Edge.Web.Access;

/// <summary>
/// Marks a request that a page of another origin has caused at an endpoint that such pages may read. Neither the cookie nor the origin on
/// this machine identifies its caller: both belong to the person at the browser and not to the page.
/// </summary>
internal sealed class CrossSite
{
    /// <summary>Name of the policy of the endpoints that pages of <c>Web:AllowedOrigins</c> may read.</summary>
    public const string PolicyName = "AllowedOrigins";

    private static readonly TimeSpan PreflightTime = TimeSpan.FromMinutes(10);

    /// <summary>Whether the request is marked.</summary>
    public static bool IsMarked(HttpContext context) => context.Features.Get<CrossSite>() is not null;

    /// <summary>Marks a request.</summary>
    public static void Mark(HttpContext context) => context.Features.Set(new CrossSite());

    /// <summary>Whether pages of other origins may read an endpoint at all.</summary>
    public static bool IsShared(Endpoint? endpoint) => endpoint?.Metadata.GetMetadata<IEnableCorsAttribute>() is { PolicyName: PolicyName };

    /// <summary>Adds the policy: reads by the listed origins with a token, without cookies.</summary>
    public static void Configure(CorsOptions cors, IOptions<WebOptions> web) =>
        cors.AddPolicy(PolicyName, policy =>
            policy
                .WithOrigins([.. web.Value.AllowedOrigins])
                .WithMethods(HttpMethods.Get, HttpMethods.Head)
                .WithHeaders("Authorization", "Last-Event-ID")
                .WithExposedHeaders("X-Frame", "Retry-After")
                .SetPreflightMaxAge(PreflightTime)
        );
}
