using System.ComponentModel;
using System.Globalization;
using RNNPool.Edge.Core;
using RNNPool.Edge.Events;
using RNNPool.Edge.Health;
using RNNPool.Edge.Pipeline.Camera;
using RNNPool.Edge.Pipeline.Coprocessor;
using RNNPool.Edge.Pipeline.Inference;
using RNNPool.Edge.Pipeline.Motion;
using RNNPool.Edge.Sinks.Gpio;
using RNNPool.Edge.Sinks.Journal;
using RNNPool.Edge.Sinks.Mqtt;
using RNNPool.Edge.Sinks.Mqtt.HomeAssistant;
using RNNPool.Edge.Vision.Detectors;
using RNNPool.Edge.Vision.Presence;
using RNNPool.Edge.Web;

namespace RNNPool.Edge.Settings;

/// <summary>Every key that the configuration may hold, with its type, taken from the options classes.</summary>
public static class SettingsSchema
{
    private static readonly (string Name, Type Type)[] Sections =
    [
        (DeviceOptions.SectionName, typeof(DeviceOptions)),
        (CameraOptions.SectionName, typeof(CameraOptions)),
        (ModelOptions.SectionName, typeof(ModelOptions)),
        (DetectorOptions.SectionName, typeof(DetectorOptions)),
        (CoprocessorOptions.SectionName, typeof(CoprocessorOptions)),
        (MotionOptions.SectionName, typeof(MotionOptions)),
        (PresenceOptions.SectionName, typeof(PresenceOptions)),
        (EventOptions.SectionName, typeof(EventOptions)),
        (MqttOptions.SectionName, typeof(MqttOptions)),
        (HomeAssistantOptions.SectionName, typeof(HomeAssistantOptions)),
        (GpioOptions.SectionName, typeof(GpioOptions)),
        (WebOptions.SectionName, typeof(WebOptions)),
        (JournalOptions.SectionName, typeof(JournalOptions)),
        (HealthOptions.SectionName, typeof(HealthOptions)),
    ];

    /// <summary>All settings as a tree.</summary>
    internal static SettingNode Root { get; } = SettingNode.Root(Sections);

    /// <summary>
    /// The full keys, such as <c>Mqtt:Port</c>, with the types of their values. <c>*</c> stands for the number of a list's entry, from 0, and
    /// <c>&lt;name&gt;</c> for a name of the user's choice.
    /// </summary>
    public static IReadOnlyDictionary<string, Type> Keys { get; } =
        Root.Values().ToDictionary(value => value.Pattern, value => value.Node.Type, StringComparer.OrdinalIgnoreCase);

    /// <summary>Keys of earlier versions, with what they are called now.</summary>
    internal static IReadOnlyDictionary<string, string> Moved { get; } =
        new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
        {
            ["Gpio:Pin"] = "Gpio:Outputs:0:Pin",
            ["Gpio:Chip"] = "a part of Gpio:Outputs:0:Pin, as in pinctrl-bcm2711:17,",
            ["Gpio:ActiveLow"] = "Gpio:Outputs:0:ActiveLow",
        };

    /// <summary>Whether a key is passed on as it is: log levels are a dictionary of category names.</summary>
    public static bool IsOpen(string key) => key.StartsWith("Logging:LogLevel:", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether text can be read as a value of the type.</summary>
    public static bool Fits(Type type, string text)
    {
        Type core = Nullable.GetUnderlyingType(type) ?? type;
        if (core == typeof(string))
            return true;
        if (text.Length == 0)
            return core != type;
        try
        {
            return TypeDescriptor.GetConverter(core).ConvertFromString(null, CultureInfo.InvariantCulture, text) is not null;
        }
#pragma warning disable CA1031 // Converters wrap their exceptions in ArgumentException or Exception, as they please.
        catch (Exception)
#pragma warning restore CA1031
        {
            return false;
        }
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
    internal static string Describe(SettingNode node) =>
        node.Shape switch
        {
            SettingShape.Value => Describe(node.Type),
            SettingShape.List => "a list",
            _ => "an object with settings of its own",
        };

    /// <summary>Goes down the tree as far as the key does.</summary>
    /// <param name="key">A full key, such as <c>Presence:Zones:0:Name</c>.</param>
    /// <param name="reached">How much of the key exists.</param>
    /// <returns>The last node on the way that exists; null when not even the section does.</returns>
    internal static SettingNode? Find(string key, out string reached)
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

    /// <summary>The key as the schema writes it: the environment's are often in capitals.</summary>
    internal static string Canonical(string key)
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
    public static string? Nearest(string key)
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
}
