using System.Text.Json;
using System.Text.Json.Serialization;
using RNNPool.Edge.Core;

namespace RNNPool.Edge.Sinks.Mqtt.HomeAssistant;

/// <summary>What an earlier run announced, by topic: the components with their platforms.</summary>
/// <param name="Announced">Discovery topics with their components.</param>
internal sealed record Announcement(Dictionary<string, Dictionary<string, string>> Announced);

/// <summary>Remembers announcements over restarts, so that what is gone from the settings can be removed from Home Assistant. Without the file nothing is removed.</summary>
internal sealed partial class AnnouncementFile(StateFolder folder, ILogger<AnnouncementFile> logger)
{
    /// <summary>Name of the file in the state folder.</summary>
    public const string FileName = "homeassistant.json";

    private const int MaxBytes = 256 * 1024;

    /// <summary>What is remembered; nothing when there is no file, or when it cannot be read.</summary>
    public Announcement Read()
    {
        var nothing = new Announcement([]);
        string path = folder.File(FileName);
        if (!folder.IsUsable || !File.Exists(path))
            return nothing;
        try
        {
            if (new FileInfo(path).Length > MaxBytes)
                throw new JsonException($"it has more than {MaxBytes} bytes");
            return
                JsonSerializer.Deserialize(File.ReadAllBytes(path), AnnouncementJson.Default.Announcement)
                    is { Announced: not null } announcement
                ? announcement
                : nothing;
        }
        catch (Exception exception) when (exception is JsonException or IOException or UnauthorizedAccessException)
        {
            LogUnreadable(path, exception.Message);
            return nothing;
        }
    }

    /// <summary>Remembers; a failure is logged.</summary>
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
        "{File} cannot be used: {Reason} Entities that are gone from the settings stay in Home Assistant."
    )]
    private partial void LogUnreadable(string file, string reason);

    [LoggerMessage(1346, LogLevel.Warning, "{File} cannot be written: {Reason}")]
    private partial void LogNotWritten(string file, string reason);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(Announcement))]
internal sealed partial class AnnouncementJson : JsonSerializerContext;
