using Microsoft.Extensions.Options;
using RNNPool.Edge.Core;

namespace RNNPool.Edge.Sinks.Mqtt.HomeAssistant;

/// <summary>Telling Home Assistant about this device by MQTT discovery. Section <c>HomeAssistant</c>. Needs a broker, see <see cref="Mqtt.MqttOptions"/>.</summary>
public sealed class HomeAssistantOptions
{
    /// <summary>Name of the section in the configuration.</summary>
    public const string SectionName = "HomeAssistant";

    /// <summary>Whether the device announces itself. Off, what it announced earlier is removed. Default true.</summary>
    public bool Discovery { get; set; } = true;

    /// <summary>Begins the topics of discovery, as set in Home Assistant. 1 to 64 characters without wildcards; default <c>homeassistant</c>.</summary>
    public string DiscoveryPrefix { get; set; } = "homeassistant";

    /// <summary>Room that Home Assistant suggests for the device. 1 to 64 characters; default: none.</summary>
    public string? Area { get; set; }

    /// <summary>
    /// When Home Assistant has started the device announces itself again, after a random time of up to this, so that many devices do not do so at once.
    /// 0 s to 5 min; default 5 s.
    /// </summary>
    public TimeSpan MaxAnnounceDelay { get; set; } = TimeSpan.FromSeconds(5);
}

internal sealed class HomeAssistantOptionsValidator : IValidateOptions<HomeAssistantOptions>
{
    public ValidateOptionsResult Validate(string? name, HomeAssistantOptions options) =>
        new SettingRules(HomeAssistantOptions.SectionName)
            .Check(
                nameof(options.DiscoveryPrefix),
                options.DiscoveryPrefix,
                IsPrefix(options.DiscoveryPrefix),
                "it must be 1 to 64 characters without + or #, and must not begin with $ or begin or end with /"
            )
            .Check(
                nameof(options.Area),
                options.Area,
                options.Area is null || (options.Area.Trim().Length is >= 1 and <= 64 && !options.Area.Any(char.IsControl)),
                "it must be 1 to 64 characters without control characters"
            )
            .Range(nameof(options.MaxAnnounceDelay), options.MaxAnnounceDelay, TimeSpan.Zero, TimeSpan.FromMinutes(5))
            .Result();

    private static bool IsPrefix(string? prefix) =>
        prefix is { Length: >= 1 and <= 64 }
        && !prefix.Any(char.IsControl)
        && !prefix.AsSpan().ContainsAny('+', '#')
        && prefix[0] is not ('$' or '/')
        && prefix[^1] != '/';
}
