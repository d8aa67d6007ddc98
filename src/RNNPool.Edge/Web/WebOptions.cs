using System.Net;
using Microsoft.Extensions.Options;
using RNNPool.Edge.Core;
using RNNPool.Edge.Web.Access;

namespace RNNPool.Edge.Web;

/// <summary>The page and the API. On this machine only, until a password is set and <see cref="Listen"/> says otherwise; see docs/web.md. Section <c>Web</c>.</summary>
public sealed class WebOptions
{
    /// <summary>Name of the section in the configuration.</summary>
    public const string SectionName = "Web";

    /// <summary>TCP port on 127.0.0.1; 0 takes any free one, which the log names. 0 to 65535; default 8760.</summary>
    public int Port { get; set; } = 8760;

    /// <summary>
    /// Further addresses with ports to listen on, such as <c>0.0.0.0:8443</c> or <c>[::]:8443</c>. What others can reach needs a password, which is set
    /// in a browser on this machine or with <c>rnnpool-edge password set</c>. At most 8; default: none.
    /// </summary>
    public List<string> Listen { get; set; } = [];

    /// <summary>TLS on the addresses of <see cref="Listen"/>.</summary>
    public WebTlsOptions Tls { get; set; } = new();

    /// <summary>Further names by which browsers may call this device, besides its addresses, <c>localhost</c>, its host name and that with <c>.local</c>. At most 32; default: none.</summary>
    public List<string> Hosts { get; set; } = [];

    /// <summary>Addresses of reverse proxies, or networks such as <c>10.0.0.0/8</c>, whose <c>X-Forwarded-</c> headers are believed. At most 32; default: none.</summary>
    public List<string> Proxies { get; set; } = [];
}

/// <summary>TLS of the page.</summary>
public sealed class WebTlsOptions
{
    /// <summary>PEM file with the certificate, and those between it and its authority. Read again when it changes. Default: none, and no TLS.</summary>
    public string? CertificateFile { get; set; }

    /// <summary>PEM file with the certificate's private key. Default: it is in <see cref="CertificateFile"/>.</summary>
    public string? KeyFile { get; set; }
}

internal sealed class WebOptionsValidator(AccessStore? access = null) : IValidateOptions<WebOptions>
{
    private const int MaxListen = 8,
        MaxNames = 32;

    public ValidateOptionsResult Validate(string? name, WebOptions options) =>
        new SettingRules(WebOptions.SectionName)
            .Range(nameof(options.Port), options.Port, 0, 65535)
            .Check(
                nameof(options.Listen),
                options.Listen.Count,
                options.Listen.Count <= MaxListen,
                $"there may be {MaxListen} addresses at most"
            )
            .Check(
                nameof(options.Listen),
                options.Listen.FirstOrDefault(text => !TryEndPoint(text, out _)),
                options.Listen.All(text => TryEndPoint(text, out _)),
                "it must be an address with a port, such as 0.0.0.0:8443 or [::]:8443"
            )
            .Check(nameof(options.Listen), Clash(options), Clash(options) is null, "that port is Web:Port's; choose another one")
            .Check(Unprotected(options))
            .Check(nameof(options.Hosts), options.Hosts.Count, options.Hosts.Count <= MaxNames, $"there may be {MaxNames} names at most")
            .Check(
                nameof(options.Hosts),
                options.Hosts.FirstOrDefault(host => !IsName(host)),
                options.Hosts.All(IsName),
                "it must be a host name without a port, such as door.example.org"
            )
            .Check(
                nameof(options.Proxies),
                options.Proxies.Count,
                options.Proxies.Count <= MaxNames,
                $"there may be {MaxNames} addresses at most"
            )
            .Check(
                nameof(options.Proxies),
                options.Proxies.FirstOrDefault(text => !IsNetwork(text)),
                options.Proxies.All(IsNetwork),
                "it must be an address or a network, such as 127.0.0.1 or 10.0.0.0/8"
            )
            .Check(
                "Tls:KeyFile",
                options.Tls.KeyFile,
                options.Tls.KeyFile is null || options.Tls.CertificateFile is not null,
                "a key needs Web:Tls:CertificateFile"
            )
            .Check(Missing("Tls:CertificateFile", options.Tls.CertificateFile))
            .Check(Missing("Tls:KeyFile", options.Tls.KeyFile))
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

    private string? Unprotected(WebOptions options)
    {
        if (Reachable(options.Listen) is not { } open)
            return null;
        if (access?.Failure is { } failure)
            return failure;
        return access is { PasswordSet: true }
            ? null
            : $"Web:Listen is '{SettingRules.Printable(open)}', which others can reach, but no password is set ({access?.File}); set one with 'rnnpool-edge password set', as root or as the user of the device, and start again.";
    }

    /// <summary>The first address that others can reach; null when there is none.</summary>
    internal static string? Reachable(IEnumerable<string?> listen) =>
        listen.FirstOrDefault(text => text is not null && TryEndPoint(text, out IPEndPoint at) && !IPAddress.IsLoopback(at.Address));

    private static string? Clash(WebOptions options) =>
        options.Port == 0
            ? null
            : options.Listen.FirstOrDefault(text => TryEndPoint(text, out IPEndPoint at) && at.Port == options.Port && Covers(at.Address));

    private static bool Covers(IPAddress address) =>
        address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any) || address.Equals(IPAddress.Loopback);

    private static bool IsName(string host) => host.Length is >= 1 and <= 253 && Uri.CheckHostName(host) == UriHostNameType.Dns;

    private static bool IsNetwork(string text) => IPAddress.TryParse(text, out _) || IPNetwork.TryParse(text, out _);

    private static string? Missing(string key, string? file) =>
        file is null || File.Exists(file)
            ? null
            : $"{WebOptions.SectionName}:{key} is '{SettingRules.Printable(file)}'; there is no such file.";
}
