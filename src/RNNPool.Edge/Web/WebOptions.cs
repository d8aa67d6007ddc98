using System.Net;
using Microsoft.Extensions.Options;

namespace RNNPool.Edge.Web;

/// <summary>
/// The page and the API. Only for this machine, until a password is set and <see cref="Listen"/> has further addresses; see docs/web.md.
/// Section <c>Web</c>.
/// </summary>
public sealed class WebOptions
{
    /// <summary>Name of the section in the configuration.</summary>
    public const string SectionName = "Web";

#pragma warning disable CS1591 // [Setting] describes each property.
    [Setting("TCP port on 127.0.0.1; 0 takes any free one, which is logged.")]
    [SettingRange(0, 65535)]
    public int Port { get; set; } = 8760;

    [Setting(
        "Whether other machines in the network can open the page: Https with a certificate (of Tls, else one that the device makes), "
            + "Http without encryption. It needs a password; until one is set, only this machine is served."
    )]
    public NetworkAccess Network { get; set; } = NetworkAccess.Off;

    [Setting("TCP port of the page in the network, on all addresses; 0 takes any free one.")]
    [SettingRange(0, 65535)]
    public int NetworkPort { get; set; } = 8443;

    [Setting(
        "Further addresses to listen on. An address that other machines can reach needs a password; see web.md.",
        Allowed = "at most 8 addresses with ports, such as `0.0.0.0:8443` or `[::]:8443`"
    )]
    [SettingCount(8)]
    [SettingPattern(
        @"^(?:[0-9.]+|\[[0-9A-Fa-f:.%]+\]):[0-9]{1,5}$",
        "an address with a port, such as 0.0.0.0:8443 or [::]:8443",
        Partial = true
    )]
    public List<string> Listen { get; set; } = [];

    [Setting("TLS on the addresses of Listen and of Network.")]
    public WebTlsOptions Tls { get; set; } = new();

    [Setting(
        "Further host names of the device in browsers, besides its addresses, `localhost`, its host name and that with `.local`.",
        Allowed = "at most 32 host names"
    )]
    [SettingCount(32)]
    [SettingPattern(@"^[^\s:/@?#\[\]\u0000-\u001F]{1,253}$", "a host name without a port, such as door.example.org", Partial = true)]
    public List<string> Hosts { get; set; } = [];

    [Setting(
        "Reverse proxies whose `X-Forwarded-` headers are accepted.",
        Allowed = "at most 32 addresses or networks, such as `10.0.0.0/8`"
    )]
    [SettingCount(32)]
    [SettingPattern(@"^[0-9A-Fa-f:.%]+(?:/[0-9]{1,3})?$", "an address or a network, such as 127.0.0.1 or 10.0.0.0/8", Partial = true)]
    public List<string> Proxies { get; set; } = [];

    [Setting(
        "Origins of pages of other sites that may read the pictures, `/api/state` and `/api/stream`. They need a token or a signed "
            + "address: cookies do not count for them. See live-view.md.",
        Allowed = "at most 16 origins, such as `https://dashboard.example.org` or `http://192.168.1.5:8123`"
    )]
    [SettingCount(16)]
    [SettingPattern(
        @"^https?://(?:[a-z0-9][a-z0-9.-]{0,252}|\[[0-9a-f:]+\])(?::[1-9][0-9]{0,4})?$",
        "an origin in lower case, without a path and without the default port, such as https://dashboard.example.org",
        Partial = true
    )]
    public List<string> AllowedOrigins { get; set; } = [];
}

/// <summary>Whether and how the page is served to other machines in the network.</summary>
public enum NetworkAccess
{
    /// <summary>To this machine only.</summary>
    Off,

    /// <summary>Encrypted.</summary>
    Https,

    /// <summary>Unencrypted, so that the password crosses the network in the clear.</summary>
    Http,
}

/// <summary>TLS of the page.</summary>
[SettingNeeds(nameof(KeyFile), nameof(CertificateFile))]
public sealed class WebTlsOptions
{
    [Setting("Certificate for Listen, with those between it and its authority. It is read again when it changes.", Allowed = "a PEM file")]
    public string? CertificateFile { get; set; }

    [Setting("Private key of the certificate.", Default = "in CertificateFile", Allowed = "a PEM file")]
    public string? KeyFile { get; set; }
}

/// <summary>Checks the values of the section <c>Web</c>; <see cref="Listening.ListenCheck"/> opens what they name.</summary>
internal sealed class WebOptionsValidator : IValidateOptions<WebOptions>
{
    public ValidateOptionsResult Validate(string? name, WebOptions options) =>
        new SettingRules(WebOptions.SectionName)
            .Attributes(options)
            .Check(
                nameof(options.Listen),
                options.Listen.FirstOrDefault(text => !TryEndPoint(text, out _)),
                options.Listen.All(text => TryEndPoint(text, out _)),
                "it must be an address with a port, such as 0.0.0.0:8443 or [::]:8443"
            )
            .Check(
                nameof(options.Listen),
                FindConflict(options),
                FindConflict(options) is null,
                "that port is Web:Port's; choose another one"
            )
            .Check(
                nameof(options.NetworkPort),
                options.NetworkPort,
                options.Network == NetworkAccess.Off
                    || options.NetworkPort == 0
                    || (
                        options.NetworkPort != options.Port
                        && !options.Listen.Any(text => TryEndPoint(text, out IPEndPoint at) && at.Port == options.NetworkPort)
                    ),
                "that port is one of Web:Port or Web:Listen; choose another one"
            )
            .Check(
                nameof(options.Hosts),
                options.Hosts.FirstOrDefault(host => !IsName(host)),
                options.Hosts.All(IsName),
                "it must be a host name without a port, such as door.example.org"
            )
            .Check(
                nameof(options.Proxies),
                options.Proxies.FirstOrDefault(text => !IsNetwork(text)),
                options.Proxies.All(IsNetwork),
                "it must be an address or a network, such as 127.0.0.1 or 10.0.0.0/8"
            )
            .Check(
                nameof(options.AllowedOrigins),
                options.AllowedOrigins.FirstOrDefault(origin => !IsOrigin(origin)),
                options.AllowedOrigins.All(IsOrigin),
                "it must be an origin in lower case, without a path and without the default port, such as https://dashboard.example.org"
            )
            .Result();

    /// <summary>An address with a port, as in <see cref="WebOptions.Listen"/>.</summary>
    internal static bool TryEndPoint(string text, out IPEndPoint endPoint)
    {
        bool port =
            text.LastIndexOf(':') is var colon and > 0
            && text.LastIndexOf(']') < colon
            && (text.Count(c => c == ':') == 1 || text[colon - 1] == ']');
        if (port && IPEndPoint.TryParse(text, out IPEndPoint? parsed))
        {
            endPoint = parsed;
            return true;
        }

        endPoint = new IPEndPoint(IPAddress.Loopback, 0);
        return false;
    }

    /// <summary>The first address that others can reach; null when there is none.</summary>
    internal static string? Reachable(IEnumerable<string?> listen) =>
        listen.FirstOrDefault(text => text is not null && TryEndPoint(text, out IPEndPoint at) && !IPAddress.IsLoopback(at.Address));

    private static string? FindConflict(WebOptions options) =>
        options.Port == 0
            ? null
            : options.Listen.FirstOrDefault(text => TryEndPoint(text, out IPEndPoint at) && at.Port == options.Port && Covers(at.Address));

    private static bool Covers(IPAddress address) =>
        address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any) || address.Equals(IPAddress.Loopback);

    private static bool IsName(string host) => host.Length is >= 1 and <= 253 && Uri.CheckHostName(host) == UriHostNameType.Dns;

    // Browsers write an origin in one form only, and it is compared as text.
    private static bool IsOrigin(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out Uri? uri)
        && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps)
        && uri.UserInfo.Length == 0
        && uri.GetLeftPart(UriPartial.Authority) == text;

    private static bool IsNetwork(string text) => IPAddress.TryParse(text, out _) || IPNetwork.TryParse(text, out _);
}
