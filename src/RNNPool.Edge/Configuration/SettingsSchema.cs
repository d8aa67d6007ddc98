using System.ComponentModel;
using System.Globalization;
using RNNPool.Edge.Capture;
using RNNPool.Edge.Coprocessor;
using RNNPool.Edge.Events;
using RNNPool.Edge.Gpio;
using RNNPool.Edge.Health;
using RNNPool.Edge.Mqtt;
using RNNPool.Edge.Pipeline;
using RNNPool.Edge.Vision.Detection;
using RNNPool.Edge.Vision.Presence;
using RNNPool.Edge.Web;

namespace RNNPool.Edge.Configuration;

/// <summary>Every key that the configuration may hold, with its type, taken from the options classes.</summary>
public static class SettingsSchema
{
    private static readonly (string Name, Type Type)[] Sections =
    [
        (CameraOptions.SectionName, typeof(CameraOptions)),
        (ModelOptions.SectionName, typeof(ModelOptions)),
        (DetectorOptions.SectionName, typeof(DetectorOptions)),
        (CoprocessorOptions.SectionName, typeof(CoprocessorOptions)),
        (PresenceOptions.SectionName, typeof(PresenceOptions)),
        (EventOptions.SectionName, typeof(EventOptions)),
        (MqttOptions.SectionName, typeof(MqttOptions)),
        (GpioOptions.SectionName, typeof(GpioOptions)),
        (WebOptions.SectionName, typeof(WebOptions)),
        (HealthOptions.SectionName, typeof(HealthOptions)),
    ];

    /// <summary>The full keys, such as <c>Mqtt:Port</c>, with the types of their values.</summary>
    public static IReadOnlyDictionary<string, Type> Keys { get; } = Collect();

    /// <summary>Whether a key is passed on as it is: log levels are a dictionary of category names.</summary>
    public static bool IsOpen(string key) => key.StartsWith("Logging:LogLevel:", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether text can be read as a value of the type.</summary>
    public static bool Fits(Type type, string text)
    {
        Type core = Nullable.GetUnderlyingType(type) ?? type;
        if (core == typeof(string)) return true;
        if (text.Length == 0) return core != type;
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

    /// <summary>The known key that is closest to a wrong one, when one is close.</summary>
    public static string? Nearest(string key) => EditDistance.Nearest(key, Keys.Keys);

    private static Dictionary<string, Type> Collect()
    {
        var keys = new Dictionary<string, Type>(StringComparer.OrdinalIgnoreCase);
        foreach ((string name, Type type) in Sections) Add(keys, name, type);
        return keys;
    }

    private static void Add(Dictionary<string, Type> keys, string prefix, Type type)
    {
        foreach (var property in type.GetProperties().Where(property => property.CanWrite))
        {
            Type value = property.PropertyType;
            bool nested = value.IsClass && value != typeof(string);
            if (nested) Add(keys, $"{prefix}:{property.Name}", value);
            else keys[$"{prefix}:{property.Name}"] = value;
        }
    }
}
