namespace RNNPool.Edge.Web.Access;

/// <summary>What the page needs to know first.</summary>
/// <param name="PasswordSet">Whether there is a password.</param>
/// <param name="SignedIn">Whether this caller may see and change everything.</param>
/// <param name="Loopback">Whether the caller is on this machine.</param>
/// <param name="CsrfToken">To be sent back as <c>X-CSRF-Token</c> with every change; null while not signed in.</param>
/// <param name="Configured">Whether a camera is configured.</param>
/// <param name="Version">Version of the program.</param>
internal sealed record SessionReport(bool PasswordSet, bool SignedIn, bool Loopback, string? CsrfToken, bool Configured, string Version);

/// <summary><c>/api/session</c>.</summary>
internal static class SessionApi
{
    public static Task SessionAsync(HttpContext context)
    {
        var report = new SessionReport(false, true, Caller.IsThisMachine(context), null, true, ProductVersion.Text);
        return context.Response.WriteAsJsonAsync(report, WebJson.Default.SessionReport, cancellationToken: context.RequestAborted);
    }
}
