using Microsoft.Extensions.Options;

namespace RNNPool.Edge.Core;

/// <summary>The device's name and identity, where it keeps its state, and whether pictures may leave it. Section <c>Device</c>.</summary>
public sealed class DeviceOptions
{
    /// <summary>Name of the section in the configuration.</summary>
    public const string SectionName = "Device";

#pragma warning disable CS1591 // [Setting] describes each property.
    [Setting("Name of the device for people.", Default = "the machine's name")]
    [SettingText(1, 64)]
    public string? Name { get; set; }

    [Setting(
        "Identity of the device, part of its MQTT client id and topics. Each device of a broker needs its own.",
        Default = "made from `/etc/machine-id`"
    )]
    [SettingPattern("^[A-Za-z0-9_-]{1,64}$", "1 to 64 letters, digits, - or _")]
    public string? Id { get; set; }

    [Setting(
        "Folder for data that survives a restart: journal, outbox, controls.",
        Default = "`$STATE_DIRECTORY`, `$XDG_STATE_HOME/rnnpool-edge` or `~/.local/state/rnnpool-edge`"
    )]
    [SettingPattern(@"^/[^\u0000]*$", "an absolute path, such as /var/lib/rnnpool-edge")]
    public string? StateFolder { get; set; }

    [Setting("Whether pictures may leave the device or be stored on it: streams, snapshots and thumbnails.", Live = true)]
    public bool AllowImages { get; set; }
}

internal sealed class DeviceOptionsValidator : IValidateOptions<DeviceOptions>
{
    public ValidateOptionsResult Validate(string? name, DeviceOptions options) =>
        new SettingRules(DeviceOptions.SectionName).Attributes(options).Result();
}
