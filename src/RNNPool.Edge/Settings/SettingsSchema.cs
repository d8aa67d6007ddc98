using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using RNNPool.Edge.Core;

namespace RNNPool.Edge.Settings;

/// <summary>Every key that the configuration may hold, with its type, taken from the options classes of the features.</summary>
internal sealed partial class SettingsSchema
{
    /// <summary>
    /// Durations as [days.]hours:minutes[:seconds[.fraction]]; other forms of .NET, such as 5 for five days, are refused.
    /// </summary>
    public const string DurationPattern = @"^([0-9]{1,5}\.)?([01]?[0-9]|2[0-3]):[0-5]?[0-9](:[0-5]?[0-9](\.[0-9]{1,7})?)?$";

    private readonly Dictionary<string, string> _moved = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, string> _setUpValues = new(StringComparer.OrdinalIgnoreCase);

    /// <param name="sections">The sections of all features.</param>
    public SettingsSchema(IEnumerable<SettingsSection> sections)
    {
        SettingsSection[] all = [.. sections];
        Root = SettingNode.Root(all.Select(section => (section.Name, section.Type)));
        foreach (SettingsSection section in all)
        {
            foreach (MovedSettingAttribute moved in section.Type.GetCustomAttributes<MovedSettingAttribute>())
                _moved[$"{section.Name}:{moved.Name}"] = moved.Now;
        }

        var keys = new Dictionary<string, Type>(StringComparer.OrdinalIgnoreCase);
        foreach ((string pattern, SettingNode node) in Root.Values())
        {
            keys[pattern] = node.Type;
            if (node.Setting?.SetUpValue is { } value)
                _setUpValues[pattern] = value;
        }

        Keys = keys;
    }

    /// <summary>All settings as a tree.</summary>
    public SettingNode Root { get; }

    /// <summary>
    /// The full keys, such as <c>Mqtt:Port</c>, with the types of their values. <c>*</c> stands for the number of a list's entry, from 0,
    /// and <c>&lt;name&gt;</c> for a name of the user's choice.
    /// </summary>
    public IReadOnlyDictionary<string, Type> Keys { get; }

    /// <summary>Keys of earlier versions, with their present keys.</summary>
    public IReadOnlyDictionary<string, string> Moved => _moved;

    /// <summary>The values of settings that a device needs but may lack while it is set up.</summary>
    public IReadOnlyDictionary<string, string> SetUpValues => _setUpValues;

    /// <summary>Whether a change of the setting applies while the device runs; others need a restart.</summary>
    public bool IsLive(string key)
    {
        SettingNode? at = Root;
        foreach (string segment in key.Split(':'))
        {
            at = at.Child(segment);
            if (at is null)
                return false;
            if (at.Setting is { Live: true })
                return true;
        }

        return false;
    }

    /// <summary>
    /// The key of the named entry that contains a setting, such as <c>Cameras:door</c>; null for a setting in no entry that has settings of
    /// its own.
    /// </summary>
    public string? FindEntry(string key)
    {
        string[] segments = key.Split(':');
        SettingNode? at = Root;
        for (int i = 0; i < segments.Length; i++)
        {
            if (at is { Shape: SettingShape.Dictionary, Entry.Shape: SettingShape.Section })
                return string.Join(':', segments[..(i + 1)]);
            at = at?.Child(segments[i]);
        }

        return null;
    }

    /// <summary>Whether text can be read as a value of the type.</summary>
    public static bool Fits(Type type, string text)
    {
        Type core = Nullable.GetUnderlyingType(type) ?? type;
        if (core == typeof(string))
            return true;
        if (text.Length == 0)
            return core != type;
        if (core == typeof(bool))
            return bool.TryParse(text, out _);
        if (core == typeof(int))
            return int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out _);
        if (core == typeof(long))
            return long.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out _);
        if (core == typeof(float))
            return float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out float single) && float.IsFinite(single);
        if (core == typeof(double))
            return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number);
        if (core == typeof(TimeSpan))
            return Duration().IsMatch(text) && TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out _);
        return core.IsEnum && Enum.GetNames(core).Contains(text, StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>What a value of the type looks like, to complete "it must be ...".</summary>
    public static string Describe(Type type)
    {
        Type core = Nullable.GetUnderlyingType(type) ?? type;
        return core switch
        {
            _ when core == typeof(bool) => "true or false",
            _ when core == typeof(int) || core == typeof(long) => "a whole number",
            _ when core == typeof(TimeSpan) => "a duration as hours:minutes:seconds, such as 00:00:03 or 00:00:00.5",
            _ when core.IsEnum => string.Join(" or ", Enum.GetNames(core)),
            _ when core == typeof(string) => "text",
            _ => "a number",
        };
    }

    /// <summary>What a node of the tree looks like, to complete "it must be ...".</summary>
    public static string Describe(SettingNode node) =>
        node.Shape switch
        {
            SettingShape.Value => Describe(node.Type),
            SettingShape.List => "a list",
            _ => "an object with settings of its own",
        };

    /// <summary>Follows a key down the tree.</summary>
    /// <param name="key">A full key, such as <c>Presence:Zones:0:Name</c>.</param>
    /// <param name="reached">How much of the key exists.</param>
    /// <returns>The last node on the way that exists; null when the section does not exist.</returns>
    public SettingNode? Find(string key, out string reached)
    {
        string[] segments = key.Split(':');
        SettingNode at = Root;
        for (int i = 0; i < segments.Length; i++)
        {
            if (at.Child(segments[i]) is not { } next)
            {
                reached = string.Join(':', segments[..i]);
                return i == 0 ? null : at;
            }

            at = next;
        }

        reached = key;
        return at;
    }

    /// <summary>The value as it may be shown: a mark for a secret, and addresses without their secrets.</summary>
    public string? Mask(string key, string? value)
    {
        if (string.IsNullOrEmpty(value))
            return value;
        return Find(key, out _) is { IsSecret: true } ? AddressSecrets.Mark : AddressSecrets.Mask(value);
    }

    /// <summary>The key as the schema writes it: the environment's are often in capitals.</summary>
    public string Canonical(string key)
    {
        string[] segments = key.Split(':');
        SettingNode? at = Root;
        for (int i = 0; i < segments.Length && at is not null; i++)
        {
            if (at.Shape == SettingShape.Section)
                segments[i] = at.Children.Keys.FirstOrDefault(name => string.Equals(name, segments[i], StringComparison.OrdinalIgnoreCase))
                    ?? segments[i];
            at = at.Child(segments[i]);
        }

        return string.Join(':', segments);
    }

    /// <summary>The known key that is closest to a wrong one, when one is close.</summary>
    public string? Nearest(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        string[] segments = key.Split(':');
        string pattern = string.Join(':', segments.Select(segment => SettingNode.IsIndex(segment) ? SettingNode.Index : segment));
        if (EditDistance.Nearest(pattern, Keys.Keys) is not { } near)
            return null;

        // Entries keep the numbers that they have.
        var numbers = new Queue<string>(segments.Where(SettingNode.IsIndex));
        return string.Join(
            ':',
            near.Split(':').Select(segment => segment == SettingNode.Index && numbers.TryDequeue(out string? number) ? number : segment)
        );
    }

    [GeneratedRegex(DurationPattern)]
    private static partial Regex Duration();
}
