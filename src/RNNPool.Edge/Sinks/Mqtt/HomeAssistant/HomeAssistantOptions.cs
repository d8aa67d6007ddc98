using Microsoft.Extensions.Options;

namespace RNNPool.Edge.Sinks.Mqtt.HomeAssistant;

/// <summary>
/// Announcing this device to Home Assistant by MQTT discovery. Section <c>HomeAssistant</c>. Needs a broker, see
/// <see cref="Mqtt.MqttOptions"/>.
/// </summary>
public sealed class HomeAssistantOptions
{
    /// <summary>Name of the section in the configuration.</summary>
    public const string SectionName = "HomeAssistant";

#pragma warning disable CS1591 // [Setting] describes each property.
    [Setting("Whether the device announces itself. If false, an earlier announcement is removed.")]
    public bool Discovery { get; set; } = true;

    [Setting(
        "Form of the announcement: Device is one message for a device, which Home Assistant reads since 2024.11; Components is one for "
            + "each entity, for older versions. After a change, the messages of the other form are removed."
    )]
    public DiscoveryStyle DiscoveryStyle { get; set; } = DiscoveryStyle.Device;

    [Setting("Prefix of the discovery topics, as set in Home Assistant.")]
    [SettingText(1, 64)]
    [SettingPattern(@"^(?![$/])[^+#]*[^+#/]$", "1 to 64 characters without + or #, and must not begin with $ or begin or end with /")]
    public string DiscoveryPrefix { get; set; } = "homeassistant";

    [Setting("Room that Home Assistant suggests for the device.")]
    [SettingText(1, 64)]
    public string? Area { get; set; }

    [Setting(
        "Longest random delay of the announcement after a start of Home Assistant, so that many devices do not announce themselves at once."
    )]
    [SettingRange("00:00:00", "00:05:00")]
    public TimeSpan MaxAnnounceDelay { get; set; } = TimeSpan.FromSeconds(5);
}

/// <summary>Form of the announcement.</summary>
public enum DiscoveryStyle
{
    /// <summary>One message for a device.</summary>
    Device,

    /// <summary>One message for each entity.</summary>
    Components,
}

internal sealed class HomeAssistantOptionsValidator : IValidateOptions<HomeAssistantOptions>
{
    public ValidateOptionsResult Validate(string? name, HomeAssistantOptions options) =>
        new SettingRules(HomeAssistantOptions.SectionName).Attributes(options).Result();
}
