using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;

namespace RNNPool.Edge.Vision.Configuration;

/// <summary>Collects one sentence for every setting of a section that is not allowed: key, value, and what is allowed.</summary>
/// <param name="section">Name of the section, which begins every key.</param>
public sealed class SettingRules(string section)
{
    private const string KeptWhole = "A trimmed program keeps the assemblies that have options classes whole.";

    private readonly List<string> _failures = [];

    /// <summary>Checks the rules that are attributes of the options class, in nested sections and in entries of lists too.</summary>
    public SettingRules Attributes(object options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options is IDictionary entries)
            CheckEntries(entries);
        else
            CheckSection("", options);
        return this;
    }

    /// <summary>Any rule; <paramref name="allowed"/> says what is allowed: "it must be ...".</summary>
    public SettingRules Check(string key, object? value, bool valid, string allowed)
    {
        if (!valid)
            _failures.Add($"{section}:{key} is {Describe(value)}; {allowed}.");
        return this;
    }

    /// <summary>Adds a finished sentence unless it is null.</summary>
    public SettingRules Check(string? sentence)
    {
        if (sentence is not null)
            _failures.Add(sentence);
        return this;
    }

    /// <summary>The result for the options framework.</summary>
    public ValidateOptionsResult Result() => _failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(_failures);

    /// <summary>
    /// The text without the secrets of addresses and without control characters, at most 100 characters long, fit for one line of a
    /// message.
    /// </summary>
    public static string Printable(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string clean = string.Concat(AddressSecrets.Mask(text).Select(c => char.IsControl(c) ? '?' : c));
        return clean.Length <= 100 ? clean : string.Concat(clean.AsSpan(0, 97), "...");
    }

    private static string Describe(object? value) =>
        value switch
        {
            null or "" => "not set",
            string text => $"'{Printable(text)}'",
            bool flag => flag ? "true" : "false",
            ICollection list => string.Create(CultureInfo.InvariantCulture, $"a list of {list.Count}"),
            _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
        };

    /// <summary>Checks a section whose keys are names of the user's choice.</summary>
    private void CheckEntries(IDictionary entries)
    {
        foreach (SettingRuleAttribute rule in entries.GetType().GetCustomAttributes<SettingRuleAttribute>())
        {
            if (rule is SettingCountAttribute && !rule.IsValid(entries))
                _failures.Add($"{section} is {Describe(entries)}; it must have {rule.Allowed}.");
            if (rule is SettingNamesAttribute names)
                CheckNames(entries, names);
        }

        foreach (DictionaryEntry entry in entries)
        {
            if (entry.Value is { } value)
                CheckSection($"{entry.Key}:", value);
            else
                Check($"{entry.Key}", null, false, "it must be a section or a list");
        }
    }

    private void CheckNames(IDictionary entries, SettingNamesAttribute rule)
    {
        foreach (string name in entries.Keys.Cast<string>().Where(name => !rule.IsName(name)))
            _failures.Add($"{section}:{Printable(name)} has a name that is not allowed; it must be {rule.Allowed}.");
    }

    [UnconditionalSuppressMessage("Trimming", "IL2075", Justification = KeptWhole)]
    private void CheckSection(string prefix, object options)
    {
        foreach (PropertyInfo property in options.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            if (property.GetCustomAttribute<SettingAttribute>() is not { } setting)
                continue;
            object? value = property.GetValue(options);
            if (value is null && MustHaveContent(property))
            {
                Check(prefix + property.Name, null, false, "it must be a section or a list");
                continue;
            }

            SettingRuleAttribute[] rules = [.. property.GetCustomAttributes<SettingRuleAttribute>()];
            CheckValue(prefix + property.Name, value, setting, rules);
        }

        foreach (SettingNeedsAttribute rule in options.GetType().GetCustomAttributes<SettingNeedsAttribute>())
            CheckNeeds(prefix, options, rule);
        foreach (SettingExcludesAttribute rule in options.GetType().GetCustomAttributes<SettingExcludesAttribute>())
        {
            if (Value(options, rule.First) is not null && Value(options, rule.Second) is not null)
                _failures.Add(
                    $"{section}:{prefix}{rule.First} and {section}:{prefix}{rule.Second} are both set; only one of them is allowed."
                );
        }
    }

    // The binder stores the null of a file in nested sections and lists, whose types do not allow it.
    private static bool MustHaveContent(PropertyInfo property) =>
        property.PropertyType.IsClass
        && property.PropertyType != typeof(string)
        && new NullabilityInfoContext().Create(property).WriteState == NullabilityState.NotNull;

    private void CheckValue(string key, object? value, SettingAttribute setting, SettingRuleAttribute[] rules)
    {
        switch (value)
        {
            case null or "" when setting.Required:
                Check(key, value, false, $"it must be {rules.FirstOrDefault()?.Allowed ?? "set"}");
                break;
            case null:
                break;
            case string or ValueType:
                if (value is Enum)
                    Check(
                        key,
                        value,
                        Enum.IsDefined(value.GetType(), value),
                        $"it must be {string.Join(" or ", Enum.GetNames(value.GetType()))}"
                    );
                foreach (SettingRuleAttribute rule in rules)
                {
                    if (rule.IsValid(value))
                        continue;
                    Check(key, setting.Secret ? AddressSecrets.Mark : value, false, $"it must be {rule.Allowed}");
                    break;
                }

                break;
            case IDictionary entries:
                CheckCount(key, value, rules);
                foreach (DictionaryEntry entry in entries)
                    CheckValue($"{key}:{entry.Key}", entry.Value, setting, [.. rules.Where(rule => rule is not SettingCountAttribute)]);
                break;
            case IEnumerable entries:
                CheckCount(key, value, rules);
                int index = 0;
                foreach (object? entry in entries)
                {
                    string at = string.Create(CultureInfo.InvariantCulture, $"{key}:{index++}");
                    CheckValue(at, entry, setting, [.. rules.Where(rule => rule is not SettingCountAttribute)]);
                }

                break;
            default:
                CheckSection(key + ":", value);
                break;
        }
    }

    private void CheckCount(string key, object value, SettingRuleAttribute[] rules)
    {
        if (rules.OfType<SettingCountAttribute>().FirstOrDefault() is { } count && !count.IsValid(value))
            Check(key, value, false, $"it must have {count.Allowed}");
    }

    private void CheckNeeds(string prefix, object options, SettingNeedsAttribute rule)
    {
        object? value = Value(options, rule.Name);
        bool applies = rule.When is { } when
            ? string.Equals(Convert.ToString(value, CultureInfo.InvariantCulture), when, StringComparison.Ordinal)
            : IsSet(value);
        object? needed = Value(options, rule.Needs);
        if (!applies)
            return;
        if (!IsSet(needed))
            _failures.Add(
                $"{section}:{prefix}{rule.Name} is set but {section}:{prefix}{rule.Needs} is {(needed is false ? "false" : "not set")}."
            );
        else if (
            rule.Pattern is { } pattern
            && needed is string text
            && !Regex.IsMatch(text, pattern, RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)
        )
            _failures.Add(
                $"{section}:{prefix}{rule.Name} is set but {section}:{prefix}{rule.Needs} is {Describe(SafeText(text))}; "
                    + "they do not fit together."
            );
    }

    // Sources of cameras may have credentials.
    private static string SafeText(string text) => text.Contains('@', StringComparison.Ordinal) ? "..." : text;

    [UnconditionalSuppressMessage("Trimming", "IL2075", Justification = KeptWhole)]
    private static object? Value(object options, string name) => options.GetType().GetProperty(name)!.GetValue(options);

    private static bool IsSet(object? value) =>
        value switch
        {
            null or false or "" => false,
            ICollection entries => entries.Count > 0,
            _ => true,
        };
}
