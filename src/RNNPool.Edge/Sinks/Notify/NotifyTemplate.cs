using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace RNNPool.Edge.Sinks.Notify;

/// <summary>Replaces placeholders such as <c>{{label}}</c>. docs/notify.md describes them.</summary>
internal static partial class NotifyTemplate
{
    private static readonly Dictionary<string, Func<NotifyMessage, string>> Values = new(StringComparer.Ordinal)
    {
        ["type"] = message => message.Type,
        ["id"] = message => message.Event.Id,
        ["device"] = message => message.Device,
        ["camera"] = message => message.Event.Camera,
        ["label"] = message => message.Event.Label,
        ["zones"] = message => string.Join(", ", message.Event.Zones),
        ["score"] = message => Math.Round(message.Event.TopScore * 100).ToString(CultureInfo.InvariantCulture),
        ["count"] = message => message.Event.Count.ToString(CultureInfo.InvariantCulture),
        ["time"] = message => message.Event.Time.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
        ["clock"] = message => message.Event.Time.ToLocalTime().ToString("HH:mm", CultureInfo.InvariantCulture),
        ["duration"] = message => message.Duration,
        ["what"] = message => message.What,
        ["title"] = message => message.Title,
        ["text"] = message => message.Text,
        ["picture"] = message => message.Picture is { } picture ? Convert.ToBase64String(picture) : "",
    };

    /// <summary>Name of the placeholder that stands for the event as JSON, which is never escaped.</summary>
    private const string Event = "event";

    /// <summary>Whether values must be escaped for JSON.</summary>
    public static bool IsJson(string contentType) => contentType.Contains("json", StringComparison.OrdinalIgnoreCase);

    /// <summary>The first placeholder that does not exist; null when all exist.</summary>
    public static string? FindUnknown(string template) =>
        Placeholder()
            .Matches(template)
            .Select(match => match.Groups[1].Value)
            .FirstOrDefault(name => name != Event && !Values.ContainsKey(name));

    /// <summary>Replaces all placeholders.</summary>
    /// <param name="template">The template, whose placeholders all exist.</param>
    /// <param name="message">The values.</param>
    /// <param name="json">Whether values are escaped for strings of JSON.</param>
    public static string Render(string template, NotifyMessage message, bool json = false) =>
        Placeholder()
            .Replace(template, match =>
            {
                string name = match.Groups[1].Value;
                if (name == Event)
                    return message.EventJson;
                string value = Values[name](message);
                return json ? JsonEncodedText.Encode(value, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).ToString() : value;
            });

    /// <summary>Fills in title and text.</summary>
    public static NotifyMessage Complete(NotifyMessage message, NotifyOptions options)
    {
        NotifyMessage titled = message with { Title = Render(options.Title, message) };
        return titled with { Text = message.Type == NotifyMessage.TestType ? message.What : Render(options.Text, titled) };
    }

    [GeneratedRegex(@"\{\{\s*([A-Za-z]+)\s*\}\}", RegexOptions.CultureInvariant)]
    private static partial Regex Placeholder();
}
