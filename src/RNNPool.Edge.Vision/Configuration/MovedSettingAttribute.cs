namespace RNNPool.Edge.Vision.Configuration;

/// <summary>Names a setting of an earlier version that a section no longer has.</summary>
/// <param name="name">Its former name in the section, such as <c>Pin</c>.</param>
/// <param name="now">Its present full key, such as <c>Gpio:Outputs:0:Pin</c>, or a phrase that contains it.</param>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
public sealed class MovedSettingAttribute(string name, string now) : Attribute
{
    /// <summary>The former name.</summary>
    public string Name { get; } = name;

    /// <summary>The present key.</summary>
    public string Now { get; } = now;
}
