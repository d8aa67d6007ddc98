namespace RNNPool.Edge.Core;

/// <summary>
/// A part of the device that registers itself: its settings sections, services, sinks, health source, doctor check and metrics. The host
/// calls the features in the order in which they start; they stop in reverse order.
/// </summary>
internal interface IFeature
{
    /// <summary>The sections of the configuration that belong to this feature.</summary>
    IReadOnlyList<SettingsSection> Sections { get; }

    /// <summary>Registers the services. Nothing is opened yet.</summary>
    /// <param name="services">The device's services.</param>
    /// <param name="configuration">The settings, for features that are absent unless they are configured.</param>
    void AddServices(IServiceCollection services, IConfiguration configuration);
}

/// <summary>A section of the configuration.</summary>
/// <param name="Name">Its name, such as <c>Mqtt</c>.</param>
/// <param name="Type">Its options class, whose properties carry unit, range, default and description.</param>
internal sealed record SettingsSection(string Name, Type Type);
