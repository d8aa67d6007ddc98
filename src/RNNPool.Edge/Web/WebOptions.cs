using Microsoft.Extensions.Options;
using RNNPool.Edge.Configuration;

namespace RNNPool.Edge.Web;

/// <summary>The device's HTTP side, on loopback only. Section <c>Web</c>.</summary>
public sealed class WebOptions
{
    /// <summary>Name of the section in the configuration.</summary>
    public const string SectionName = "Web";

    /// <summary>TCP port on 127.0.0.1; 0 takes any free one, which the log names. 0 to 65535; default 8760.</summary>
    public int Port { get; set; } = 8760;

    /// <summary>Further names by which browsers may call this device, besides its addresses, <c>localhost</c>, its host name and that with <c>.local</c>. At most 32; default: none.</summary>
    public List<string> Hosts { get; set; } = [];
}

internal sealed class WebOptionsValidator : IValidateOptions<WebOptions>
{
    public ValidateOptionsResult Validate(string? name, WebOptions options) => new SettingRules(WebOptions.SectionName)
        .Range(nameof(options.Port), options.Port, 0, 65535)
        .Check(nameof(options.Hosts), options.Hosts.Count, options.Hosts.Count <= 32, "there may be 32 names at most")
        .Check(nameof(options.Hosts), options.Hosts.FirstOrDefault(host => !IsName(host)), options.Hosts.All(IsName), "it must be a host name without a port, such as door.example.org")
        .Result();

    private static bool IsName(string host) => host.Length is >= 1 and <= 253 && Uri.CheckHostName(host) == UriHostNameType.Dns;
}
