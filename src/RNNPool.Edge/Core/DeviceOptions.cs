using Microsoft.Extensions.Options;
using RNNPool.Edge.Vision.Configuration;

namespace RNNPool.Edge.Core;

/// <summary>What the device is called, where it keeps its state, and whether pictures may leave it. Section <c>Device</c>.</summary>
public sealed class DeviceOptions
{
    /// <summary>Name of the section in the configuration.</summary>
    public const string SectionName = "Device";

    /// <summary>What people call the device. 1 to 64 characters; default: the name of the machine.</summary>
    public string? Name { get; set; }

    /// <summary>
    /// Identity of the device, part of its MQTT client id and topics. 1 to 64 letters, digits, <c>-</c> and <c>_</c>; default: twelve
    /// hexadecimal digits made from the machine's id. Two devices of one broker must differ in it.
    /// </summary>
    public string? Id { get; set; }

    /// <summary>
    /// Folder for what outlasts a restart: journal, outbox, switches. An absolute path; default: the first of <c>$STATE_DIRECTORY</c>,
    /// <c>$XDG_STATE_HOME/rnnpool-edge</c> and <c>~/.local/state/rnnpool-edge</c>.
    /// </summary>
    public string? StateFolder { get; set; }

    /// <summary>Whether pictures may leave the device or be kept: snapshots and thumbnails. Default false.</summary>
    [Setting(Live = true)]
    public bool AllowImages { get; set; }
}

internal sealed class DeviceOptionsValidator : IValidateOptions<DeviceOptions>
{
    public ValidateOptionsResult Validate(string? name, DeviceOptions options) =>
        new SettingRules(DeviceOptions.SectionName)
            .Check(
                nameof(options.Name),
                options.Name,
                options.Name is null || (options.Name.Length is >= 1 and <= 64 && !options.Name.Any(char.IsControl)),
                "it must be 1 to 64 characters without control characters"
            )
            .Check(
                nameof(options.Id),
                options.Id,
                options.Id is null
                    || (options.Id.Length is >= 1 and <= 64 && options.Id.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_')),
                "it must be 1 to 64 letters, digits, - or _"
            )
            .Check(
                nameof(options.StateFolder),
                options.StateFolder,
                options.StateFolder is null || (Path.IsPathRooted(options.StateFolder) && !options.StateFolder.Contains('\0')),
                "it must be an absolute path, such as /var/lib/rnnpool-edge"
            )
            .Result();
}
