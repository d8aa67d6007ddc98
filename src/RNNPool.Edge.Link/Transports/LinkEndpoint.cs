using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;

namespace RNNPool.Edge.Link.Transports;

/// <summary>Kind of a line to a device.</summary>
public enum LinkScheme
{
    /// <summary>A serial port or pseudo-terminal.</summary>
    Serial,

    /// <summary>A unix socket.</summary>
    Unix,

    /// <summary>A TCP port.</summary>
    Tcp,
}

/// <summary>
/// Address of a device: <c>serial:///dev/serial/by-id/usb-...?baud=921600</c>,
/// <c>unix:///run/x.sock</c> or <c>tcp://127.0.0.1:port</c>. TCP beyond loopback needs <c>?remote=allow</c>, because the link is
/// neither encrypted nor authenticated.
/// </summary>
public sealed record LinkEndpoint : ITransportFactory
{
    /// <summary>Default baud rate.</summary>
    public const int DefaultBaudRate = 921600;

    private LinkEndpoint(LinkScheme scheme) => Scheme = scheme;

    /// <summary>The kind of line.</summary>
    public LinkScheme Scheme { get; }

    /// <summary>Path of the port or socket; empty for TCP.</summary>
    public string Path { get; private init; } = "";

    /// <summary>Bits per second of a serial port.</summary>
    public int BaudRate { get; private init; } = DefaultBaudRate;

    /// <summary>Address and port for TCP; null otherwise.</summary>
    public IPEndPoint? Address { get; private init; }

    /// <summary>
    /// Whether <see cref="Path"/> is a serial name that can belong to another device after a restart or after replugging.
    /// </summary>
    public bool IsUnstableName =>
        Scheme == LinkScheme.Serial
        && (Path.StartsWith("/dev/ttyUSB", StringComparison.Ordinal) || Path.StartsWith("/dev/ttyACM", StringComparison.Ordinal));

    /// <inheritdoc/>
    public string Name =>
        Scheme switch
        {
            LinkScheme.Serial => $"serial://{Path}",
            LinkScheme.Unix => $"unix://{Path}",
            _ => $"tcp://{Address}",
        };

    /// <summary>Reads an endpoint.</summary>
    /// <exception cref="FormatException">The text is no endpoint; the message gives the reason.</exception>
    public static LinkEndpoint Parse(string text) =>
        TryParse(text, out LinkEndpoint? endpoint, out string? error) ? endpoint : throw new FormatException(error);

    /// <summary>Reads an endpoint, or returns the reason why the text is none.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out LinkEndpoint? endpoint, [NotNullWhen(false)] out string? error)
    {
        (endpoint, error) = (null, null);
        text = text?.Trim() ?? "";
        int colon = text.IndexOf("://", StringComparison.Ordinal);
        if (colon < 0)
        {
            error =
                $"\"{text}\" is not a link endpoint: use serial:///dev/serial/by-id/NAME?baud={DefaultBaudRate}, "
                + "unix:///PATH or tcp://127.0.0.1:PORT.";
            return false;
        }

        string rest = text[(colon + 3)..];
        int question = rest.IndexOf('?', StringComparison.Ordinal);
        string target = question < 0 ? rest : rest[..question];
        string query = question < 0 ? "" : rest[(question + 1)..];
        endpoint = text[..colon] switch
        {
            "serial" => ParsePath(text, target, LinkScheme.Serial, ref error),
            "unix" => ParsePath(text, target, LinkScheme.Unix, ref error),
            "tcp" => ParseAddress(text, target, ref error),
            _ => Fail($"\"{text}\" has the scheme \"{text[..colon]}\"; only serial, unix and tcp are known.", ref error),
        };
        endpoint = ApplyQuery(text, endpoint, query, ref error);
        return endpoint is not null;
    }

    /// <inheritdoc/>
    public async ValueTask<ITransport> OpenAsync(CancellationToken cancellationToken) =>
        Scheme switch
        {
            LinkScheme.Serial => SerialTransport.Open(Path, BaudRate),
            LinkScheme.Unix => await SocketTransport.ConnectUnixAsync(Path, cancellationToken).ConfigureAwait(false),
            _ => await SocketTransport.ConnectTcpAsync(Address!, cancellationToken).ConfigureAwait(false),
        };

    /// <summary>The endpoint in the form that <see cref="Parse"/> reads.</summary>
    public override string ToString() =>
        Scheme == LinkScheme.Serial ? string.Create(CultureInfo.InvariantCulture, $"{Name}?baud={BaudRate}") : Name;

    private static LinkEndpoint? ParsePath(string text, string target, LinkScheme scheme, ref string? error)
    {
        if (!target.StartsWith('/') || target.Length < 2 || target.Contains('\0', StringComparison.Ordinal))
            return Fail(
                $"\"{text}\" has no absolute path after {text[..text.IndexOf("//", StringComparison.Ordinal)]}//, "
                    + "such as /dev/serial/by-id/NAME or /run/x.sock.",
                ref error
            );
        if (scheme == LinkScheme.Unix && System.Text.Encoding.UTF8.GetByteCount(target) > 107)
            return Fail($"\"{text}\" is longer than the 107 bytes that a unix socket's path may have.", ref error);
        return new LinkEndpoint(scheme) { Path = target };
    }

    private static LinkEndpoint? ParseAddress(string text, string target, ref string? error)
    {
        target = target.StartsWith("localhost:", StringComparison.OrdinalIgnoreCase) ? "127.0.0.1" + target["localhost".Length..] : target;
        if (!IPEndPoint.TryParse(target, out IPEndPoint? address) || address.Port == 0)
            return Fail($"\"{text}\" needs an IP address and a port, such as tcp://127.0.0.1:5555.", ref error);
        return new LinkEndpoint(LinkScheme.Tcp) { Address = address };
    }

    private static LinkEndpoint? ApplyQuery(string text, LinkEndpoint? endpoint, string query, ref string? error)
    {
        bool remote = false;
        foreach (string part in query.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            if (endpoint is null)
                return null;
            string[] pair = part.Split('=', 2);
            string value = pair.Length == 2 ? pair[1] : "";
            switch (endpoint.Scheme, pair[0], value)
            {
                case (LinkScheme.Serial, "baud", _)
                    when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int baud)
                        && baud is >= 1200 and <= 12_000_000:
                    endpoint = endpoint with { BaudRate = baud };
                    break;
                case (LinkScheme.Serial, "baud", _):
                    return Fail($"\"{text}\" has the baud rate \"{value}\"; it must be a number from 1200 to 12000000.", ref error);
                case (LinkScheme.Tcp, "remote", "allow"):
                    remote = true;
                    break;
                default:
                    return Fail(
                        $"\"{text}\" has the option \"{part}\", "
                            + $"which {text[..text.IndexOf(':', StringComparison.Ordinal)]} endpoints do not have.",
                        ref error
                    );
            }
        }

        if (endpoint?.Address is { } address && !remote && !IPAddress.IsLoopback(address.Address))
            return Fail(
                $"\"{text}\" is not a loopback address; the link is neither encrypted nor authenticated, "
                    + "so add ?remote=allow if this is intended.",
                ref error
            );
        return endpoint;
    }

    private static LinkEndpoint? Fail(string message, ref string? error)
    {
        error = message;
        return null;
    }
}
