using System.Text;

namespace RNNPool.Edge.Vision.Cameras.Ffmpeg;

/// <summary>A request of ffmpeg to its proxy.</summary>
/// <param name="Server">The server that it names.</param>
/// <param name="Head">The request in the form for this server; null for a tunnel (CONNECT).</param>
internal sealed record RelayRequest(ServerAddress Server, string? Head)
{
    private const int MaxHead = 16 * 1024;
    private const int HttpsPort = 443;

    /// <summary>Reads a request without a body.</summary>
    /// <returns>The request; null when it is none that a proxy can serve.</returns>
    public static async Task<RelayRequest?> ReadAsync(Stream stream, CancellationToken stop)
    {
        byte[] buffer = new byte[MaxHead];
        int count = 0;
        while (count < buffer.Length)
        {
            int got = await stream.ReadAsync(buffer.AsMemory(count), stop).ConfigureAwait(false);
            if (got == 0)
                return null;
            count += got;
            if (buffer.AsSpan(0, count).EndsWith("\r\n\r\n"u8))
                return Parse(Encoding.Latin1.GetString(buffer, 0, count));
        }

        return null;
    }

    /// <summary>Parses the head of a request; null when it is none that a proxy can serve.</summary>
    internal static RelayRequest? Parse(string head)
    {
        string[] lines = head.Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        if (lines.Length == 0 || lines[0].Split(' ') is not [var method, var target, var version])
            return null;
        if (method == "CONNECT")
            return ServerAddress.TryParseAuthority(target, HttpsPort, out ServerAddress tunnel) ? new RelayRequest(tunnel, null) : null;
        if (
            method != "GET"
            || !target.StartsWith("http://", StringComparison.OrdinalIgnoreCase)
            || !ServerAddress.TryParse(target, out ServerAddress server)
        )
            return null;

        int path = target.IndexOf('/', "http://".Length);
        var rewritten = new StringBuilder($"{method} {(path < 0 ? "/" : target[path..])} {version}\r\n");
        foreach (string line in lines.AsSpan(1))
        {
            if (
                !line.StartsWith("Connection:", StringComparison.OrdinalIgnoreCase)
                && !line.StartsWith("Proxy-", StringComparison.OrdinalIgnoreCase)
            )
                rewritten.Append(line).Append("\r\n");
        }

        return new RelayRequest(server, rewritten.Append("Connection: close\r\n\r\n").ToString());
    }
}
