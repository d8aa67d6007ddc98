namespace RNNPool.Edge.Vision.Configuration;

/// <summary>
/// Hides what must stay secret in an address: user and password before the host, and the query, in which cameras take passwords and tokens.
/// An at sign behind the first slash makes the end of the credentials ambiguous, as in <c>rtsp://user:pass/word@host</c>; then everything
/// after <c>://</c> counts as secret. Addresses without a host, such as <c>serial:///dev/ttyACM0?baud=115200</c>, have no secrets.
/// </summary>
public static class AddressSecrets
{
    /// <summary>Stands in the place of a secret.</summary>
    public const string Mark = "***";

    private const string Begin = "://";

    /// <summary>The text with marks in the places of secrets, for settings: <c>rtsp://***@host/stream?***</c>.</summary>
    public static string Mask(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (Parse(text) is not { } parts)
            return text;
        if (parts.IsAmbiguous)
            return text[..parts.Start] + Mark;
        string credentials = parts.At < 0 ? "" : Mark + "@",
            query = parts.Query is { Length: > 0 } ? "?" + Mark : "",
            fragment = parts.Fragment is not { Length: > 0 } value ? "" : "#" + (IsParameters(value) ? value : Mark);
        return text[..parts.Start] + credentials + parts.Location + query + fragment;
    }

    /// <summary>The text without secrets and parameters, for names and messages: <c>rtsp://host/stream</c>.</summary>
    public static string Remove(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (Parse(text) is not { } parts)
            return text;
        return text[..parts.Start] + (parts.IsAmbiguous ? "..." : parts.Location);
    }

    /// <summary>
    /// The secrets of an address, as they are written and without percent-encoding, to search other texts for them; the longest first.
    /// </summary>
    public static IReadOnlyList<string> Find(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (Parse(text) is not { } parts)
            return [];
        List<string> secrets = [];
        if (parts.At >= 0)
        {
            string credentials = text[parts.Start..parts.At];
            secrets.AddRange([credentials, .. credentials.Split(':', 2)]);
        }

        // A value alone may be a common word; with its name it is not.
        if (parts.Query is { Length: > 0 } query)
            secrets.AddRange([query, .. query.Split('&')]);
        return
        [
            .. secrets
                .Concat(secrets.Select(Uri.UnescapeDataString))
                .Where(secret => secret.Length > 0)
                .Distinct()
                .OrderByDescending(secret => secret.Length),
        ];
    }

    private static Parts? Parse(string text)
    {
        int start = text.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length;
        if (start < Begin.Length || start == text.Length || text[start] == '/')
            return null;
        int end = IndexOf(text, start, '/', '?', '#'),
            at = text.LastIndexOf('@') is var last && last >= start ? last : -1;
        bool ambiguous = at >= end;
        int path = ambiguous ? at + 1 : end,
            hash = IndexOf(text, path, '#'),
            query = Math.Min(IndexOf(text, path, '?'), hash);
        return new Parts(
            start,
            at,
            ambiguous,
            text[Math.Max(start, at + 1)..query],
            query < hash ? text[(query + 1)..hash] : "",
            hash < text.Length ? text[(hash + 1)..] : ""
        );
    }

    private static int IndexOf(string text, int start, params ReadOnlySpan<char> any) =>
        text.AsSpan(start).IndexOfAny(any) is var found and >= 0 ? start + found : text.Length;

    // The parameters of a camera source, such as rate=5&width=640, follow a number sign and are not part of the address.
    private static bool IsParameters(string fragment) => fragment.Split('&').All(pair => pair.IndexOf('=', StringComparison.Ordinal) > 0);

    /// <param name="Start">Position after <c>://</c>.</param>
    /// <param name="At">Position of the at sign that ends the credentials; -1 without credentials.</param>
    /// <param name="IsAmbiguous">Whether the end of the credentials is ambiguous.</param>
    /// <param name="Location">Host, port and path.</param>
    /// <param name="Query">The query; empty without one.</param>
    /// <param name="Fragment">What follows the number sign; empty without one.</param>
    private sealed record Parts(int Start, int At, bool IsAmbiguous, string Location, string Query, string Fragment);
}
