using System.Globalization;
using System.Text.RegularExpressions;

namespace RNNPool.Edge.Vision.Configuration;

/// <summary>A rule for the value of a setting. Rules on a list apply to each entry, except <see cref="SettingCountAttribute"/>.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Class)]
public abstract class SettingRuleAttribute : Attribute
{
    /// <summary>What is allowed, to complete "it must be ...".</summary>
    public abstract string Allowed { get; }

    /// <summary>Whether a value is allowed.</summary>
    /// <param name="value">The value, not null.</param>
    public abstract bool IsValid(object value);
}

/// <summary>A number or a duration within limits, both included; not-a-number is never allowed.</summary>
public sealed class SettingRangeAttribute : SettingRuleAttribute
{
    /// <summary>Limits of a number.</summary>
    public SettingRangeAttribute(double minimum, double maximum)
    {
        Minimum = minimum;
        Maximum = maximum;
    }

    /// <summary>Limits of a duration, as hours:minutes:seconds.</summary>
    public SettingRangeAttribute(string minimum, string maximum)
    {
        Shortest = TimeSpan.Parse(minimum, CultureInfo.InvariantCulture);
        Longest = TimeSpan.Parse(maximum, CultureInfo.InvariantCulture);
    }

    /// <summary>Least number.</summary>
    public double Minimum { get; }

    /// <summary>Greatest number.</summary>
    public double Maximum { get; }

    /// <summary>Shortest duration; null for a number.</summary>
    public TimeSpan? Shortest { get; }

    /// <summary>Longest duration; null for a number.</summary>
    public TimeSpan? Longest { get; }

    /// <inheritdoc/>
    public override string Allowed =>
        Shortest is { } shortest
            ? string.Create(CultureInfo.InvariantCulture, $"from {shortest} to {Longest}")
            : string.Create(CultureInfo.InvariantCulture, $"from {Minimum} to {Maximum}");

    /// <inheritdoc/>
    public override bool IsValid(object value) =>
        value switch
        {
            // Limits are rounded as the value was, so that a value that equals a limit in writing is allowed.
            float number => number >= (float)Minimum && number <= (float)Maximum,
            TimeSpan duration => duration >= Shortest && duration <= Longest,
            _ => Convert.ToDouble(value, CultureInfo.InvariantCulture) is var number && number >= Minimum && number <= Maximum,
        };
}

/// <summary>An odd number.</summary>
public sealed class SettingOddAttribute : SettingRuleAttribute
{
    /// <inheritdoc/>
    public override string Allowed => "odd";

    /// <inheritdoc/>
    public override bool IsValid(object value) => Convert.ToInt64(value, CultureInfo.InvariantCulture) % 2 != 0;
}

/// <summary>A text without control characters.</summary>
/// <param name="minimum">Least length in characters.</param>
/// <param name="maximum">Greatest length in characters.</param>
public sealed class SettingTextAttribute(int minimum, int maximum) : SettingRuleAttribute
{
    /// <summary>Least length in characters.</summary>
    public int Minimum { get; } = minimum;

    /// <summary>Greatest length in characters.</summary>
    public int Maximum { get; } = maximum;

    /// <summary>The rule as a pattern of JSON Schema, besides the length.</summary>
    public string Pattern =>
        Minimum > 0
            ? @"^[^\u0000-\u001F\u007F-\u009F]*[^\s\u0000-\u001F\u007F-\u009F][^\u0000-\u001F\u007F-\u009F]*$"
            : @"^[^\u0000-\u001F\u007F-\u009F]*$";

    /// <inheritdoc/>
    public override string Allowed =>
        Minimum > 0
            ? string.Create(CultureInfo.InvariantCulture, $"{Minimum} to {Maximum} characters without control characters")
            : string.Create(CultureInfo.InvariantCulture, $"at most {Maximum} characters without control characters");

    /// <inheritdoc/>
    public override bool IsValid(object value)
    {
        string text = (string)value;
        if (text.Any(char.IsControl) || (Minimum > 0 && string.IsNullOrWhiteSpace(text)))
            return false;
        int length = text.EnumerateRunes().Count();
        return length >= Minimum && length <= Maximum;
    }
}

/// <summary>A text that a regular expression matches as a whole.</summary>
/// <param name="pattern">The expression in the syntax that .NET and JSON Schema share, with ^ and $.</param>
/// <param name="allowed">What is allowed, to complete "it must be ...".</param>
public sealed class SettingPatternAttribute(string pattern, string allowed) : SettingRuleAttribute
{
    private readonly Regex _regex = new(pattern, RegexOptions.CultureInvariant);

    /// <summary>The expression.</summary>
    public string Pattern { get; } = pattern;

    /// <summary>
    /// Whether the validator of the section checks the whole rule, of which the expression is the part that a schema can express. Default
    /// false.
    /// </summary>
    public bool Partial { get; set; }

    /// <inheritdoc/>
    public override string Allowed { get; } = allowed;

    /// <inheritdoc/>
    public override bool IsValid(object value)
    {
        if (Partial)
            return true;

        // $ alone would allow a line feed at the end.
        string text = Convert.ToString(value, CultureInfo.InvariantCulture)!;
        return !text.EndsWith('\n') && _regex.IsMatch(text);
    }
}

/// <summary>The number of entries of a list or dictionary.</summary>
/// <param name="maximum">Most entries.</param>
public sealed class SettingCountAttribute(int maximum) : SettingRuleAttribute
{
    /// <summary>Most entries.</summary>
    public int Maximum { get; } = maximum;

    /// <inheritdoc/>
    public override string Allowed => string.Create(CultureInfo.InvariantCulture, $"at most {Maximum} entries");

    /// <inheritdoc/>
    public override bool IsValid(object value) => ((System.Collections.ICollection)value).Count <= Maximum;
}

/// <summary>Names of the entries of a dictionary, each of which a regular expression matches as a whole.</summary>
/// <param name="pattern">The expression in the syntax that .NET and JSON Schema share, with ^ and $.</param>
/// <param name="allowed">What is allowed, to complete "it must be ...".</param>
public sealed class SettingNamesAttribute(string pattern, string allowed) : SettingRuleAttribute
{
    private readonly SettingPatternAttribute _name = new(pattern, allowed);

    /// <summary>The expression.</summary>
    public string Pattern => _name.Pattern;

    /// <inheritdoc/>
    public override string Allowed => _name.Allowed;

    /// <summary>Whether a name is allowed.</summary>
    public bool IsName(string name) => _name.IsValid(name);

    /// <inheritdoc/>
    public override bool IsValid(object value) => ((System.Collections.IDictionary)value).Keys.Cast<string>().All(IsName);
}
