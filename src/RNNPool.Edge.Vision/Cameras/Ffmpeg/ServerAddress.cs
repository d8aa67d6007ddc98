using System.Globalization;

namespace RNNPool.Edge.Vision.Cameras.Ffmpeg;

/// <summary>Host and port of an address, separated as ffmpeg does it.</summary>
/// <param name="Host">Name or address of the host in lower case, without brackets.</param>
/// <param name="Port">The port.</param>
internal readonly record struct ServerAddress(string Host, int Port)
{
    private static readonly Dictionary<string, int> DefaultPorts = new(StringComparer.OrdinalIgnoreCase)
    {
        ["http"] = 80,
        ["https"] = 443,
        ["rtsp"] = 554,
        ["rtsps"] = 322,
        ["rtmp"] = 1935,
        ["rtmps"] = 443,
    };

    /// <summary>Reads the server of an address such as <c>http://user:password@host:80/path</c>.</summary>
    public static bool TryParse(string address, out ServerAddress server)
    {
        server = default;
        int mark = address.IndexOf("://", StringComparison.Ordinal);
        if (mark < 1)
            return false;
        string rest = address[(mark + 3)..];
        int end = rest.AsSpan().IndexOfAny("/?#");
        string authority = end < 0 ? rest : rest[..end];
        return TryParseAuthority(
            authority[(authority.LastIndexOf('@') + 1)..],
            DefaultPorts.GetValueOrDefault(address[..mark]),
            out server
        );
    }

    /// <summary>Reads <c>host:port</c>, <c>host</c> or <c>[address]:port</c>.</summary>
    public static bool TryParseAuthority(string text, int defaultPort, out ServerAddress server)
    {
        server = default;
        int bracket = text.StartsWith('[') ? text.IndexOf(']', StringComparison.Ordinal) : 0,
            colon = bracket < 0 ? -1 : text.IndexOf(':', bracket);
        string host = (colon < 0 ? text : text[..colon]).TrimStart('[').TrimEnd(']');
        int port = defaultPort;
        if (colon >= 0 && !int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out port))
            return false;
        if (bracket < 0 || host.Length == 0 || port is < 1 or > 65535)
            return false;
        server = new ServerAddress(host.ToLowerInvariant(), port);
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{(Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host)}:{Port}");
}
