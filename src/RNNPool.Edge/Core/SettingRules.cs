using System.Globalization;
using Microsoft.Extensions.Options;

namespace RNNPool.Edge.Core;

/// <summary>Collects one sentence for every setting of a section that is not allowed: key, value, and what is allowed.</summary>
internal sealed class SettingRules(string section)
{
    private readonly List<string> _failures = [];

    /// <summary>A value from <paramref name="minimum"/> to <paramref name="maximum"/>, both included; not-a-number never is.</summary>
    public SettingRules Range<T>(string key, T value, T minimum, T maximum)
        where T : struct, IComparable<T>, IFormattable =>
        Check(
            key,
            value,
            value.CompareTo(minimum) >= 0 && value.CompareTo(maximum) <= 0,
            $"it must be from {Show(minimum)} to {Show(maximum)}"
        );

    /// <summary>Any rule; <paramref name="allowed"/> says what is allowed: "it must be ...".</summary>
    public SettingRules Check(string key, object? value, bool valid, string allowed)
    {
        if (!valid)
            _failures.Add($"{section}:{key} is {Show(value)}; {allowed}.");
        return this;
    }

    /// <summary>Adds a finished sentence unless it is null.</summary>
    public SettingRules Check(string? sentence)
    {
        if (sentence is not null)
            _failures.Add(sentence);
        return this;
    }

    /// <summary>What the options framework wants to hear.</summary>
    public ValidateOptionsResult Result() => _failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(_failures);

    private static string Show(object? value) =>
        value switch
        {
            null or "" => "not set",
            string text => $"'{Printable(text)}'",
            bool flag => flag ? "true" : "false",
            _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
        };

    /// <summary>The text without control characters and at most 100 characters long, fit for one line of a message.</summary>
    internal static string Printable(string text)
    {
        string clean = string.Concat(text.Select(c => char.IsControl(c) ? '?' : c));
        return clean.Length <= 100 ? clean : string.Concat(clean.AsSpan(0, 97), "...");
    }
}
