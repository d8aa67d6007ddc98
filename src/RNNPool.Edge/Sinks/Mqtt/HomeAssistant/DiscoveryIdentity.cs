using RNNPool.Edge.Core;
using RNNPool.Edge.Core.Reports;

namespace RNNPool.Edge.Sinks.Mqtt.HomeAssistant;

/// <summary>How the device is identified in Home Assistant.</summary>
/// <param name="Id">Id of the device.</param>
/// <param name="Name">Name of the device.</param>
/// <param name="Area">Suggested area; null for none.</param>
internal sealed record DiscoveryIdentity(string Id, string Name, string? Area)
{
    /// <summary>Reads the settings, which apply after a restart.</summary>
    public static DiscoveryIdentity Create(DeviceIdentity identity, DeviceOptions device, HomeAssistantOptions options) =>
        new(identity.Id, device.Name ?? Environment.MachineName, options.Area);

    /// <summary>Identifier of the device in Home Assistant's registry.</summary>
    public string Key => $"rnnpool_edge_{Id}";

    /// <summary>
    /// Prefix of the entity ids; null for a name whose slug differs from Home Assistant's, which then derives the ids from the names.
    /// </summary>
    public string? EntityPrefix => Name.All(char.IsAscii) && ReportEntity.Slug(Name) is { Length: > 0 } slug ? slug : null;

    /// <summary>Identifier of a device that is connected through this one.</summary>
    /// <param name="suffix">Suffix of that device.</param>
    public string KeyOf(string suffix) => $"{Key}_{suffix}";
}
