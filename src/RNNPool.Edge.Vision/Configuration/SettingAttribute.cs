namespace RNNPool.Edge.Vision.Configuration;

/// <summary>Describes a setting, or a section with everything in it.</summary>
/// <param name="description">One or two sentences; see the documentation of the property.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SettingAttribute(string description = "") : Attribute
{
    /// <summary>What the setting is, without unit, range and default.</summary>
    public string Description { get; } = description;

    /// <summary>Whether a change applies while the device runs, here and in everything below; others need a restart. Default false.</summary>
    public bool Live { get; set; }

    /// <summary>The value for a device that has none and may start in order to be set up; null for no such value.</summary>
    public string? SetUpValue { get; set; }
}
