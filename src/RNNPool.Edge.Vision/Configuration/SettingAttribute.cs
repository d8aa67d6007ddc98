namespace RNNPool.Edge.Vision.Configuration;

/// <summary>
/// Describes a setting or a nested section. Together with the rules on the same property it is the only statement of the setting: the
/// validators, the JSON schema, docs/configuration.md and the page read it.
/// </summary>
/// <param name="description">What the setting is, as one or two sentences without unit, range and default.</param>
/// <remarks>On the class of a section whose keys are names of the user's choice, it describes the section.</remarks>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Class)]
public sealed class SettingAttribute(string description) : Attribute
{
    /// <summary>What the setting is.</summary>
    public string Description { get; } = description;

    /// <summary>Unit of a number, such as <c>pixels</c>; null for none.</summary>
    public string? Unit { get; set; }

    /// <summary>
    /// Phrase for a default that depends on the machine or on other settings; null when the default is the property's value.
    /// </summary>
    public string? Default { get; set; }

    /// <summary>Phrase for the allowed values; null when the rules and the type define them.</summary>
    public string? Allowed { get; set; }

    /// <summary>
    /// Whether a change applies while the device runs, here and in everything below; others need a restart. Default false.
    /// </summary>
    public bool Live { get; set; }

    /// <summary>Whether an entry of a list must have it. Default false.</summary>
    public bool Required { get; set; }

    /// <summary>Whether a text may also be written as a number, true or false in a file. Default false.</summary>
    public bool NumberAllowed { get; set; }

    /// <summary>
    /// Whether the value is a secret, which is never shown: not in messages, lists of settings or the diagnostics bundle. Default false.
    /// </summary>
    public bool Secret { get; set; }

    /// <summary>
    /// Whether the page cannot change it, because it limits those who have access to the page. Default false.
    /// </summary>
    public bool FileOnly { get; set; }

    /// <summary>The value for a device that has none and may start in order to be set up; null for no such value.</summary>
    public string? SetUpValue { get; set; }
}
