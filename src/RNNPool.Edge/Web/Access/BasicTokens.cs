using System.Net;
using System.Text;

namespace RNNPool.Edge.Web.Access;

/// <summary>The outcome of HTTP Basic authentication.</summary>
/// <param name="Caller">The caller; null when the token is wrong.</param>
/// <param name="RetryAfter">How long the address must wait after too many wrong tokens; zero when it need not.</param>
internal readonly record struct BasicOutcome(Caller? Caller, TimeSpan RetryAfter);

/// <summary>
/// HTTP Basic authentication with an API token as the password and any user name, for programs that cannot send a token of their own. A
/// wrong token counts as a wrong password in <see cref="SignInLimit"/>. A right one is accepted also while the address must wait: tokens
/// cannot be guessed, and a neighbour behind the same address must not interrupt a camera.
/// </summary>
internal sealed partial class BasicTokens(AccessStore store, SignInLimit limit, ILogger<AccessStore> logger)
{
    private const string Scheme = "Basic ";
    private const int MaxLength = 1024;

    /// <summary>Whether a header has this scheme.</summary>
    public static bool IsBasic(string authorization) => authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase);

    /// <summary>Checks the token of a header.</summary>
    /// <param name="address">Address of the caller; null for a program on this machine, which has no limit.</param>
    /// <param name="authorization">The header.</param>
    public BasicOutcome Verify(IPAddress? address, string authorization)
    {
        if (ReadPassword(authorization) is { } token && store.TryUseToken(token, out CancellationToken ending))
            return new BasicOutcome(new Caller(CallerKind.Token, Ending: ending), TimeSpan.Zero);
        TimeSpan wait = address is null ? TimeSpan.Zero : limit.Take(RequestOrigin.LimitKey(address));
        if (wait == TimeSpan.Zero)
            LogWrong(address ?? IPAddress.Loopback);
        return new BasicOutcome(null, wait);
    }

    /// <returns>What follows the first colon of the credentials; null when they are malformed.</returns>
    private static string? ReadPassword(string authorization)
    {
        string encoded = authorization[Scheme.Length..].Trim();
        byte[] bytes = new byte[MaxLength];
        if (encoded.Length > MaxLength || !Convert.TryFromBase64String(encoded, bytes, out int length))
            return null;
        string credentials = Encoding.UTF8.GetString(bytes, 0, length);
        int colon = credentials.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? null : credentials[(colon + 1)..];
    }

    [LoggerMessage(2035, LogLevel.Warning, "A request of a picture from {Address} had a wrong API token.")]
    private partial void LogWrong(IPAddress? address);
}
