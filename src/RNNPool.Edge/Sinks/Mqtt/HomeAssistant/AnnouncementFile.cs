using System.Text.Json;
using System.Text.Json.Serialization;
using RNNPool.Edge.Core;

namespace RNNPool.Edge.Sinks.Mqtt.HomeAssistant;

/// <summary>The announcements of an earlier run.</summary>
/// <param name="Announced">Platforms of the components, by discovery topic and key.</param>
internal sealed record Announcement(Dictionary<string, Dictionary<string, string>> Announced)
{
    /// <summary>No announcement.</summary>
    public static Announcement None => new([]);

    /// <summary>Whether another announcement has the same topics and components.</summary>
    public bool SameAs(Announcement other) =>
        Announced.Count == other.Announced.Count
        && Announced.All(pair =>
            other.Announced.TryGetValue(pair.Key, out Dictionary<string, string>? components)
            && components.Count == pair.Value.Count
            && pair.Value.All(component => components.TryGetValue(component.Key, out string? platform) && platform == component.Value)
        );
}

/// <summary>Stores the announcements, so that entities that are no longer configured can be removed after a restart.</summary>
internal sealed partial class AnnouncementFile(StateFolder folder, ILogger<AnnouncementFile> logger)
{
    /// <summary>Name of the file in the state folder.</summary>
    public const string FileName = "homeassistant.json";

    private const int MaxBytes = 256 * 1024;

    /// <summary>Reads the announcements of the last run; <see cref="Announcement.None"/> when the file is missing or unreadable.</summary>
    public Announcement Read()
    {
        string path = folder.File(FileName);
        if (!folder.IsUsable || !File.Exists(path))
            return Announcement.None;
        try
        {
            if (new FileInfo(path).Length > MaxBytes)
                throw new JsonException($"it has more than {MaxBytes} bytes");
            Announcement? read = JsonSerializer.Deserialize(File.ReadAllBytes(path), AnnouncementJson.Default.Announcement);
            return read is { Announced: not null } ? read : Announcement.None;
        }
        catch (Exception exception) when (exception is JsonException or IOException or UnauthorizedAccessException)
        {
            LogUnreadable(path, exception.Message);
            return Announcement.None;
        }
    }

    /// <summary>Stores the announcements; a failure is logged.</summary>
    public void Write(Announcement announcement)
    {
        if (!folder.IsUsable)
            return;
        string path = folder.File(FileName);
        try
        {
            AtomicFile.Write(path, JsonSerializer.SerializeToUtf8Bytes(announcement, AnnouncementJson.Default.Announcement));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            LogNotWritten(path, exception.Message);
        }
    }

    [LoggerMessage(
        1345,
        LogLevel.Warning,
        "{File} cannot be read: {Reason} Entities that are no longer configured stay in Home Assistant."
    )]
    private partial void LogUnreadable(string file, string reason);

    [LoggerMessage(1346, LogLevel.Warning, "{File} cannot be written: {Reason}")]
    private partial void LogNotWritten(string file, string reason);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(Announcement))]
internal sealed partial class AnnouncementJson : JsonSerializerContext;
