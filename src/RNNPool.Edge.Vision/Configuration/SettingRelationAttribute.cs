namespace RNNPool.Edge.Vision.Configuration;

/// <summary>A setting of a section that needs another one.</summary>
/// <param name="name">The setting. The rule applies when it has a value, is true, has entries, or equals <see cref="When"/>.</param>
/// <param name="needs">The setting that must then have a value, be true, or have entries.</param>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
public sealed class SettingNeedsAttribute(string name, string needs) : Attribute
{
    /// <summary>The setting.</summary>
    public string Name { get; } = name;

    /// <summary>The setting that it needs.</summary>
    public string Needs { get; } = needs;

    /// <summary>The value of <see cref="Name"/> for which the rule applies; null for any.</summary>
    public string? When { get; set; }

    /// <summary>A regular expression that the needed text must match at its beginning; null for any text.</summary>
    public string? Pattern { get; set; }
}

/// <summary>Two settings of a section of which only one may have a value.</summary>
/// <param name="first">The one.</param>
/// <param name="second">The other one.</param>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
public sealed class SettingExcludesAttribute(string first, string second) : Attribute
{
    /// <summary>The one.</summary>
    public string First { get; } = first;

    /// <summary>The other one.</summary>
    public string Second { get; } = second;
}
