using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;

namespace RNNPool.Edge.Settings;

/// <summary>Kind of a node of the tree of settings.</summary>
internal enum SettingShape
{
    /// <summary>A value: text, a number, true or false, a duration, one of several words.</summary>
    Value,

    /// <summary>Named settings.</summary>
    Section,

    /// <summary>Entries numbered from 0, all of one shape.</summary>
    List,

    /// <summary>Entries under names of the user's choice, all of one shape.</summary>
    Dictionary,
}

/// <summary>A node of the tree of settings, which follows the options classes.</summary>
internal sealed class SettingNode
{
    /// <summary>In the pattern of a key, stands for the number of a list's entry.</summary>
    public const string Index = "*";

    /// <summary>In the pattern of a key, stands for the name of a dictionary's entry.</summary>
    public const string Name = "<name>";

    private const string KeptWhole = "The project names the assemblies that have options classes as roots, so that they are kept whole.";

    // A type that contains itself would have no end.
    private const int Deepest = 8;

    private SettingNode(SettingShape shape, Type type, PropertyInfo? property)
    {
        Shape = shape;
        Type = type;
        Property = property;
        MemberInfo described = (MemberInfo?)property ?? type;
        Setting = described.GetCustomAttribute<SettingAttribute>();
        Rules = [.. described.GetCustomAttributes<SettingRuleAttribute>()];
    }

    /// <summary>Kind of the node.</summary>
    public SettingShape Shape { get; }

    /// <summary>The type of the value, of the section's class, of the list or of the dictionary.</summary>
    public Type Type { get; }

    /// <summary>The property that the setting is bound to; null for entries and for the root.</summary>
    public PropertyInfo? Property { get; }

    /// <summary>The description of the setting; null for entries, the root, and sections whose keys are fixed.</summary>
    public SettingAttribute? Setting { get; }

    /// <summary>Whether the value, or every entry, is a secret.</summary>
    public bool IsSecret => (Setting ?? EntryOf?.Setting)?.Secret == true;

    /// <summary>Whether the page cannot change the value, the list or an entry of it.</summary>
    public bool IsFileOnly => (Setting ?? EntryOf?.Setting)?.FileOnly == true;

    /// <summary>The rules for the value; those of an entry are the rules of its list, except for the number of entries.</summary>
    public IReadOnlyList<SettingRuleAttribute> Rules { get; private set; }

    /// <summary>The list or dictionary of an entry; null for others.</summary>
    public SettingNode? EntryOf { get; private set; }

    /// <summary>The settings of a section.</summary>
    public SortedDictionary<string, SettingNode> Children { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The shape of a list's or dictionary's entries.</summary>
    public SettingNode? Entry { get; private init; }

    public static SettingNode Root(IEnumerable<(string Name, Type Type)> sections)
    {
        var root = new SettingNode(SettingShape.Section, typeof(object), null);
        foreach ((string name, Type type) in sections)
            root.Children[name] = Create(type, null, 0);
        return root;
    }

    /// <summary>One step down; null when there is no such setting.</summary>
    public SettingNode? Child(string segment) =>
        Shape switch
        {
            SettingShape.Section => Children.GetValueOrDefault(segment),
            SettingShape.List => IsIndex(segment) ? Entry : null,
            SettingShape.Dictionary => segment.Length > 0 ? Entry : null,
            _ => null,
        };

    /// <summary>The patterns of all values below, with their types.</summary>
    public IEnumerable<(string Pattern, SettingNode Node)> Values(string? prefix = null)
    {
        if (Shape == SettingShape.Value)
            return [(prefix!, this)];
        string Join(string name) => prefix is null ? name : $"{prefix}:{name}";
        return Entry is not null
            ? Entry.Values(Join(Shape == SettingShape.List ? Index : Name))
            : Children.SelectMany(child => child.Value.Values(Join(child.Key)));
    }

    /// <summary>Whether a part of a key is the number of a list's entry.</summary>
    public static bool IsIndex(string segment) => segment.Length is > 0 and <= 6 && segment.All(char.IsAsciiDigit);

    /// <summary>An object of the section's class, with the defaults.</summary>
    [UnconditionalSuppressMessage("Trimming", "IL2072", Justification = KeptWhole)]
    public object? CreateDefault() => Activator.CreateInstance(Type);

    [UnconditionalSuppressMessage("Trimming", "IL2070", Justification = KeptWhole)]
    private static SettingNode Create(Type type, PropertyInfo? property, int depth)
    {
        if (depth > Deepest)
            throw new InvalidOperationException($"The options class {type} is nested too deeply.");
        Type core = Nullable.GetUnderlyingType(type) ?? type;
        if (core == typeof(string) || !(core.IsClass || core.IsInterface))
            return new SettingNode(SettingShape.Value, type, property);
        Type[] interfaces = [core, .. core.GetInterfaces()];
        Type? Generic(Type definition) =>
            interfaces.FirstOrDefault(candidate => candidate.IsGenericType && candidate.GetGenericTypeDefinition() == definition);
        if ((Generic(typeof(IDictionary<,>)) ?? Generic(typeof(IReadOnlyDictionary<,>))) is { } dictionary)
        {
            return WithEntry(SettingShape.Dictionary, dictionary.GenericTypeArguments[1]);
        }

        if (Generic(typeof(IEnumerable<>)) is { } list)
        {
            return WithEntry(SettingShape.List, list.GenericTypeArguments[0]);
        }

        SettingNode WithEntry(SettingShape shape, Type entryType)
        {
            var parent = new SettingNode(shape, type, property) { Entry = Create(entryType, null, depth + 1) };
            parent.Entry.EntryOf = parent;
            parent.Entry.Rules = [.. parent.Rules.Where(rule => rule is not (SettingCountAttribute or SettingNamesAttribute))];
            return parent;
        }

        var node = new SettingNode(SettingShape.Section, type, property);
        foreach (PropertyInfo inner in core.GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            bool settable =
                inner.CanWrite || (inner.PropertyType != typeof(string) && typeof(IEnumerable).IsAssignableFrom(inner.PropertyType));
            if (settable && inner.GetIndexParameters().Length == 0)
                node.Children[inner.Name] = Create(inner.PropertyType, inner, depth + 1);
        }

        return node;
    }
}
