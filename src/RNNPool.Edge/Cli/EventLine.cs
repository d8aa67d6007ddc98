using System.Globalization;
using System.Text.Json;
using RNNPool.Edge.Vision.Presence;

namespace RNNPool.Edge.Cli;

/// <summary>An event as one line of text, the same in all commands: time, kind, label, score, camera, zones, identity.</summary>
internal static class EventLine
{
    public static string Format(PresenceEvent message)
    {
        string zones = message.Zones.Count > 0 ? "  " + string.Join(", ", message.Zones) : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Time(message.Time)}  {Kind(message), -6}  {message.Label, -8}  {message.Score:0.00}  {message.Camera}  {message.Id}{zones}"
        );
    }

    /// <summary>The line of an event whose JSON cannot be read.</summary>
    public static string Format(DateTime time, string kind, string label, string id) => $"{Time(time)}  {kind, -6}  {label, -8}  {id}";

    /// <summary><c>new</c>, <c>update</c> or <c>end</c>.</summary>
    public static string Kind(PresenceEvent message) => JsonNamingPolicy.CamelCase.ConvertName(message.Type.ToString());

    private static string Time(DateTime time) => time.ToString("yyyy-MM-dd HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
