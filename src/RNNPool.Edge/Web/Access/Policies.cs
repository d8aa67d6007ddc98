using Microsoft.AspNetCore.Authorization;

namespace RNNPool.Edge.Web.Access;

/// <summary>The authorization policies.</summary>
internal static class Policies
{
    /// <summary>Authenticated callers. It applies to every endpoint that names no other policy.</summary>
    public const string SignedIn = "SignedIn";

    /// <summary>Authenticated callers and programs on this machine: monitoring on the device needs no password.</summary>
    public const string ThisMachine = "ThisMachine";

    /// <summary>Adds the policies.</summary>
    public static void Configure(AuthorizationOptions options)
    {
        options.AddPolicy(SignedIn, policy => policy.RequireAuthenticatedUser());
        options.AddPolicy(ThisMachine, policy =>
            policy.RequireAssertion(context =>
                context.User.Identity is { IsAuthenticated: true }
                || (context.Resource is HttpContext request && RequestOrigin.IsLocal(request))
            )
        );
    }
}
