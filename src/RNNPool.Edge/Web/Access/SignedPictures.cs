using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using RNNPool.Edge.Core;

namespace RNNPool.Edge.Web.Access;

/// <summary>
/// Signs and verifies addresses of pictures, for programs that can send neither a header nor a cookie. The signature is an HMAC-SHA256 over
/// scope, path and end of validity. Other parameters, such as the width, are not signed.
/// </summary>
internal sealed class SignedPictures(AccessStore store, TimeProvider time)
{
    /// <summary>Name of the parameter with the signature.</summary>
    public const string SignatureParameter = "signature";

    /// <summary>Name of the parameter with the end of validity, in seconds since 1970 (UTC). Without it the address has no end.</summary>
    public const string ExpiresParameter = "expires";

    /// <summary>Longest delay of a timer of the runtime.</summary>
    private static readonly TimeSpan LongestTimer = TimeSpan.FromDays(49);

    /// <summary>Whether a request has a signature, right or wrong.</summary>
    public static bool IsSigned(HttpRequest request) => request.Query.ContainsKey(SignatureParameter);

    /// <summary>Signs a path.</summary>
    /// <param name="scope">The scope of its endpoint.</param>
    /// <param name="path">The path, or the pattern of an endpoint, for all paths of the pattern.</param>
    /// <param name="expires">End of validity; null for none.</param>
    /// <returns>The query.</returns>
    /// <exception cref="IOException">The key cannot be stored; the message is a sentence.</exception>
    public string Sign(PictureScope scope, string path, DateTimeOffset? expires)
    {
        string end = expires?.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture) ?? "";
        string until = expires is null ? "without end" : $"until {expires:yyyy-MM-dd HH:mm} UTC";
        string signature = Base64Url.EncodeToString(Compute(store.OpenPictureKey(path, until), scope, path, end));
        return end.Length == 0 ? $"{SignatureParameter}={signature}" : $"{ExpiresParameter}={end}&{SignatureParameter}={signature}";
    }

    /// <summary>The caller of a signed request; null when the signature is wrong, withdrawn or no longer valid.</summary>
    /// <param name="context">The request, whose endpoint is known.</param>
    /// <param name="scope">The scope of the endpoint.</param>
    public Caller? Verify(HttpContext context, PictureScope scope)
    {
        IQueryCollection query = context.Request.Query;
        Span<byte> given = stackalloc byte[HMACSHA256.HashSizeInBytes];
        string signature = query[SignatureParameter].ToString(),
            end = query[ExpiresParameter].ToString();
        bool isSignature =
            Base64Url.DecodeFromChars(signature, given, out _, out int written) == OperationStatus.Done && written == given.Length;
        if (!isSignature || !TryGetRest(end, out TimeSpan? rest) || store.FindPictureKey() is not { } key)
            return null;
        string pattern = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "";
        bool isRight =
            CryptographicOperations.FixedTimeEquals(given, Compute(key.Bytes, scope, pattern, end))
            | CryptographicOperations.FixedTimeEquals(given, Compute(key.Bytes, scope, context.Request.Path.Value ?? "", end));
        return isRight ? new Caller(CallerKind.Pictures, Ending: FindEnding(context, key, rest)) : null;
    }

    /// <summary>A long answer ends with the validity of its address.</summary>
    private CancellationToken FindEnding(HttpContext context, PictureKey key, TimeSpan? rest)
    {
        if (rest is not { } left || left > LongestTimer)
            return key.Ending;
        var timer = new CancellationTokenSource(left, time);
        var ending = CancellationTokenSource.CreateLinkedTokenSource(key.Ending, timer.Token);
        context.Response.RegisterForDispose(ending);
        context.Response.RegisterForDispose(timer);
        return ending.Token;
    }

    /// <param name="end">The parameter; empty for an address without end.</param>
    /// <param name="rest">The time left; null without end.</param>
    /// <returns>Whether the address is valid now. A clock that has not been set does not prolong an address.</returns>
    private bool TryGetRest(string end, out TimeSpan? rest)
    {
        rest = null;
        if (end.Length == 0)
            return true;
        DateTimeOffset now = time.GetUtcNow();
        if (
            !long.TryParse(end, NumberStyles.None, CultureInfo.InvariantCulture, out long seconds)
            || seconds > DateTimeOffset.MaxValue.ToUnixTimeSeconds()
            || now < ClockTrust.FirstPlausibleTime
        )
            return false;
        rest = DateTimeOffset.FromUnixTimeSeconds(seconds) - now;
        return rest > TimeSpan.Zero;
    }

    private static byte[] Compute(byte[] key, PictureScope scope, string path, string end) =>
        HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"{scope.Name}\n{path}\n{end}"));
}
