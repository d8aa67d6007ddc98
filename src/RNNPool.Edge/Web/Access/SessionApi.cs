using System.Globalization;
using Microsoft.Extensions.Options;
using RNNPool.Edge.Core;
using RNNPool.Edge.Pipeline.Camera;

namespace RNNPool.Edge.Web.Access;

/// <summary>What the page needs to know first.</summary>
/// <param name="PasswordSet">Whether there is a password.</param>
/// <param name="SignedIn">Whether this caller may see and change everything.</param>
/// <param name="Loopback">Whether the caller is on this machine.</param>
/// <param name="CsrfToken">To be sent back as <c>X-CSRF-Token</c> with every change; null while not signed in.</param>
/// <param name="Configured">Whether a camera is configured.</param>
/// <param name="Pictures">Whether this caller may see pictures.</param>
/// <param name="DeviceName">What people call the device; null while not signed in.</param>
/// <param name="Version">Version of the program; null while not signed in.</param>
internal sealed record SessionReport(
    bool PasswordSet,
    bool SignedIn,
    bool Loopback,
    string? CsrfToken,
    bool Configured,
    bool Pictures,
    string? DeviceName,
    string? Version
);

/// <summary>The body of a sign-in.</summary>
internal sealed record SignInRequest(string Password);

/// <summary>The body of a change of the password.</summary>
internal sealed record PasswordRequest(string Password, string? Current = null);

/// <summary><c>/api/session</c> and <c>/api/password</c>.</summary>
internal static partial class SessionApi
{
    private const int MaxBytes = 4096;

    /// <summary>How many may wait for the check of their password while another's is checked.</summary>
    private const int MaxWaiting = 4;

    private static readonly SemaphoreSlim Checking = new(1);
    private static int _waiting;

    public static Task SessionAsync(HttpContext context) =>
        AnswerAsync(context, AccessGate.IdentityOf(context), AccessGate.CsrfOf(context));

    public static async Task SignInAsync(HttpContext context)
    {
        if (await RequestBody.ReadAsync(context, WebJson.Default.SignInRequest, MaxBytes).ConfigureAwait(false) is not { } request)
            return;
        var store = context.RequestServices.GetRequiredService<AccessStore>();
        if (!store.PasswordSet)
        {
            await WebApi
                .RefuseAsync(context, StatusCodes.Status409Conflict, "No password is set; there is nothing to sign in to.")
                .ConfigureAwait(false);
            return;
        }

        if (!await CheckAsync(context, store, request.Password, "Wrong password.").ConfigureAwait(false))
            return;
        await BeginAsync(context).ConfigureAwait(false);
    }

    public static Task SignOutAsync(HttpContext context)
    {
        context.RequestServices.GetRequiredService<Sessions>().End(context.Request.Cookies[AccessGate.CookieName(context)]);
        context.Response.Cookies.Delete(AccessGate.CookieName(context), Cookie(context));
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    public static async Task PasswordAsync(HttpContext context)
    {
        if (await RequestBody.ReadAsync(context, WebJson.Default.PasswordRequest, MaxBytes).ConfigureAwait(false) is not { } request)
            return;
        if (PasswordHash.Complaint(request.Password) is { } complaint)
        {
            await WebApi.RefuseAsync(context, StatusCodes.Status400BadRequest, complaint).ConfigureAwait(false);
            return;
        }

        var store = context.RequestServices.GetRequiredService<AccessStore>();
        if (
            store.PasswordSet
            && !await CheckAsync(context, store, request.Current ?? "", "The current password is wrong.").ConfigureAwait(false)
        )
            return;
        try
        {
            await Task.Run(() => store.SetPassword(request.Password)).ConfigureAwait(false);
        }
        catch (IOException exception)
        {
            await WebApi.RefuseAsync(context, StatusCodes.Status503ServiceUnavailable, exception.Message).ConfigureAwait(false);
            return;
        }

        context.RequestServices.GetRequiredService<Sessions>().EndAll();
        await BeginAsync(context).ConfigureAwait(false);
    }

    /// <summary>Checks a password, one at a time and not too often.</summary>
    /// <returns>Whether it is right; if not, the request has been answered.</returns>
    private static async Task<bool> CheckAsync(HttpContext context, AccessStore store, string password, string sentence)
    {
        var limit = context.RequestServices.GetRequiredService<SignInLimit>();
        string address = Caller.Key(context);
        TimeSpan wait = limit.Take(address);
        if (wait == TimeSpan.Zero && Interlocked.Increment(ref _waiting) > MaxWaiting)
        {
            Interlocked.Decrement(ref _waiting);
            wait = TimeSpan.FromSeconds(2);
        }

        if (wait > TimeSpan.Zero)
        {
            int seconds = (int)Math.Ceiling(wait.TotalSeconds);
            context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
            await WebApi
                .RefuseAsync(context, StatusCodes.Status429TooManyRequests, $"Too many attempts; try again in {seconds} s.")
                .ConfigureAwait(false);
            return false;
        }

        bool right;
        try
        {
            await Checking.WaitAsync(context.RequestAborted).ConfigureAwait(false);
            try
            {
                right = password.Length <= PasswordHash.MaxLength && await Task.Run(() => store.IsPassword(password)).ConfigureAwait(false);
            }
            finally
            {
                Checking.Release();
            }
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }

        if (right)
        {
            limit.Forgive(address);
            return true;
        }

        LogWrong(context.RequestServices.GetRequiredService<ILogger<AccessStore>>(), context.Connection.RemoteIpAddress);
        await WebApi.RefuseAsync(context, StatusCodes.Status401Unauthorized, store.Failure ?? sentence).ConfigureAwait(false);
        return false;
    }

    private static Task BeginAsync(HttpContext context)
    {
        (string secret, Session session) = context.RequestServices.GetRequiredService<Sessions>().Begin();
        CookieOptions cookie = Cookie(context);
        cookie.MaxAge = Sessions.LongestTime;
        context.Response.Cookies.Append(AccessGate.CookieName(context), secret, cookie);
        return AnswerAsync(context, Identity.Session, session.Csrf);
    }

    private static CookieOptions Cookie(HttpContext context) =>
        new()
        {
            HttpOnly = true,
            SameSite = SameSiteMode.Strict,
            Secure = context.Request.IsHttps,
            Path = "/",
            IsEssential = true,
        };

    private static Task AnswerAsync(HttpContext context, Identity identity, string? csrf)
    {
        IServiceProvider services = context.RequestServices;
        bool known = identity != Identity.Nobody;
        var report = new SessionReport(
            services.GetRequiredService<AccessStore>().PasswordSet,
            known,
            Caller.IsThisMachine(context),
            csrf,
            NoCamera.IsCamera(services.GetRequiredService<IOptions<CameraOptions>>().Value.Source),
            known && Live.PicturePermission.IsGranted(context),
            known ? services.GetRequiredService<IOptions<DeviceOptions>>().Value.Name ?? Environment.MachineName : null,
            known ? ProductVersion.Text : null
        );
        return context.Response.WriteAsJsonAsync(report, WebJson.Default.SessionReport, cancellationToken: context.RequestAborted);
    }

    [LoggerMessage(2014, LogLevel.Warning, "Somebody at {Address} has tried a wrong password.")]
    private static partial void LogWrong(ILogger logger, System.Net.IPAddress? address);
}
