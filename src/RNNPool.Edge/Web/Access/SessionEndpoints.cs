using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using RNNPool.Edge.Core;
using RNNPool.Edge.Pipeline.Camera;

namespace RNNPool.Edge.Web.Access;

/// <summary>The session of a caller, which the page reads first.</summary>
/// <param name="PasswordSet">Whether there is a password.</param>
/// <param name="SetupPassword">Whether it is the one-time password for the setup.</param>
/// <param name="SignedIn">Whether this caller may see and change everything.</param>
/// <param name="Loopback">Whether the caller is on this machine.</param>
/// <param name="CsrfToken">The value of the header <c>X-CSRF-Token</c> of every change; null while not signed in.</param>
/// <param name="Configured">Whether a camera is configured.</param>
/// <param name="Pictures">Whether this caller may see pictures.</param>
/// <param name="DeviceName">Name of the device for people; null while not signed in.</param>
/// <param name="Version">Version of the program; null while not signed in.</param>
internal sealed record SessionReport(
    bool PasswordSet,
    bool SetupPassword,
    bool SignedIn,
    bool Loopback,
    string? CsrfToken,
    bool Configured,
    bool Pictures,
    string? DeviceName,
    string? Version
);

/// <summary>The body of a sign-in.</summary>
/// <param name="Password">The password.</param>
internal sealed record SignInRequest(string Password);

/// <summary>The body of a change of the password.</summary>
/// <param name="Password">The new password, 10 to 256 characters.</param>
/// <param name="Current">The password so far; not needed while none, or only the one-time password, is set.</param>
/// <param name="KeepTokens">Whether the API tokens and signed addresses stay valid; else a change of the password ends them.</param>
internal sealed record PasswordRequest(string Password, string? Current = null, bool KeepTokens = false);

/// <summary><c>/api/session</c> and <c>/api/password</c>.</summary>
internal sealed class SessionEndpoints(
    AccessStore store,
    PasswordCheck check,
    Sessions sessions,
    ImageAccess images,
    IOptions<CameraOptions> camera,
    ILive<DeviceOptions> device
) : IEndpointGroup
{
    private const string Tag = "access";
    private const int MaxBytes = 4096;

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/session", Get).AllowAnonymous().Describe("getSession", Tag, "The caller's session.");
        routes
            .MapPost("/api/session", SignInAsync)
            .AllowAnonymous()
            .LimitBody(MaxBytes)
            .Describe("signIn", Tag, "Signs in with the password.")
            .Problems(StatusCodes.Status401Unauthorized, StatusCodes.Status409Conflict, StatusCodes.Status429TooManyRequests);
        routes.MapDelete("/api/session", SignOut).Describe("signOut", Tag, "Ends the caller's session.");
        routes
            .MapPut("/api/password", SetPasswordAsync)
            .LimitBody(MaxBytes)
            .Describe("setPassword", Tag, "Sets the password, ends all other sessions, the API tokens and the signed addresses.")
            .Problems(StatusCodes.Status429TooManyRequests);
    }

    private Ok<SessionReport> Get(HttpContext context) => Report(context, Caller.Get(context));

    private async Task<Results<Ok<SessionReport>, ProblemHttpResult>> SignInAsync(SignInRequest body, HttpContext context)
    {
        if (!store.PasswordSet)
            return Problems.Conflict("No password is set, so there is nothing to sign in to.");
        if (await RefuseAsync(context, body.Password, "Wrong password.").ConfigureAwait(false) is { } refusal)
            return refusal;
        return Begin(context);
    }

    private NoContent SignOut(HttpContext context)
    {
        string name = DeviceAuthenticationHandler.CookieName(context.Request);
        sessions.End(context.Request.Cookies[name]);
        context.Response.Cookies.Delete(name, CreateCookie(context.Request));
        return TypedResults.NoContent();
    }

    private async Task<Results<Ok<SessionReport>, ProblemHttpResult>> SetPasswordAsync(PasswordRequest body, HttpContext context)
    {
        if (PasswordHash.Validate(body.Password) is { } failure)
            return Problems.BadRequest(failure);
        bool needsCurrent = store.PasswordSet && !store.IsForSetup;
        if (
            needsCurrent
            && await RefuseAsync(context, body.Current ?? "", "The current password is wrong.").ConfigureAwait(false) is { } refusal
        )
            return refusal;
        try
        {
            await Task.Run(() => store.SetPassword(body.Password, body.KeepTokens), CancellationToken.None).ConfigureAwait(false);
        }
        catch (IOException exception)
        {
            return Problems.Unavailable(exception.Message);
        }

        sessions.EndAll();
        return Begin(context);
    }

    /// <returns>Null when the password is right.</returns>
    private async Task<ProblemHttpResult?> RefuseAsync(HttpContext context, string password, string detail)
    {
        PasswordOutcome outcome = await check
            .VerifyAsync(
                RequestOrigin.IsLocal(context) ? null : context.Connection.RemoteIpAddress ?? IPAddress.None,
                password,
                context.RequestAborted
            )
            .ConfigureAwait(false);
        if (outcome.IsRight)
            return null;
        if (outcome.RetryAfter == TimeSpan.Zero)
            return Problems.Unauthorized(store.Failure ?? detail);
        int seconds = (int)Math.Ceiling(outcome.RetryAfter.TotalSeconds);
        context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        return Problems.TooManyRequests($"Too many attempts; try again in {seconds} s.");
    }

    private Ok<SessionReport> Begin(HttpContext context)
    {
        (string secret, Session session) = sessions.Begin();
        CookieOptions cookie = CreateCookie(context.Request);
        cookie.MaxAge = Sessions.LongestTime;
        context.Response.Cookies.Append(DeviceAuthenticationHandler.CookieName(context.Request), secret, cookie);
        return Report(context, new Caller(CallerKind.Session, session.Csrf));
    }

    private static CookieOptions CreateCookie(HttpRequest request) =>
        new()
        {
            HttpOnly = true,
            SameSite = SameSiteMode.Strict,
            Secure = request.IsHttps,
            Path = "/",
            IsEssential = true,
        };

    private Ok<SessionReport> Report(HttpContext context, Caller? caller) =>
        TypedResults.Ok(
            new SessionReport(
                store.PasswordSet,
                store.IsForSetup,
                caller is not null,
                RequestOrigin.IsLocal(context),
                caller?.Csrf,
                NoCamera.IsCamera(camera.Value.Source),
                caller is not null && images.IsAllowed(context),
                caller is null ? null : device.Current.Name ?? Environment.MachineName,
                caller is null ? null : ProductVersion.Text
            )
        );
}
