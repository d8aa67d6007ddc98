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
}

internal sealed class WebOptionsValidator : IValidateOptions<WebOptions>
{
    public ValidateOptionsResult Validate(string? name, WebOptions options) => new SettingRules(WebOptions.SectionName)
        .Range(nameof(options.Port), options.Port, 0, 65535)
        .Result();
}
