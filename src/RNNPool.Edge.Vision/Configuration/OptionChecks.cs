using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Microsoft.Extensions.Options;

namespace RNNPool.Edge.Vision.Configuration;

/// <summary>Collects the failures of one options class as sentences with the key, the value and the allowed values.</summary>
/// <param name="section">Name of the configuration section, which begins every key.</param>
internal sealed class OptionChecks(string section)
{
    private readonly List<string> _failures = [];

    public void Range<T>(string key, T value, T min, T max)
        where T : struct, IComparable<T>, IFormattable
    {
        // NaN compares as less than any number, so it fails too.
        if (value.CompareTo(min) >= 0 && value.CompareTo(max) <= 0)
            return;
        Fail(key, Text(value), $"it must be from {Text(min)} to {Text(max)}");
    }

    public void Known<T>(string key, T value)
        where T : struct, Enum
    {
        if (!Enum.IsDefined(value))
            Fail(key, value.ToString(), $"it must be {string.Join(" or ", Enum.GetNames<T>())}");
    }

    public bool Present(string key, [NotNullWhen(true)] object? value)
    {
        if (value is null)
            Fail(key, "null", "it must be a section");
        return value is not null;
    }

    public void Fail(string key, string value, string allowed) => _failures.Add($"{section}:{key} is {value}; {allowed}.");

    public ValidateOptionsResult Result() => _failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(_failures);

    public static string Text<T>(T value)
        where T : IFormattable => value.ToString(null, CultureInfo.InvariantCulture);
}
