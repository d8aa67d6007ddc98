using System.Text.Json;
using System.Text.Json.Serialization;
using RNNPool.Edge.Core;

namespace RNNPool.Edge.Pipeline.Control;

/// <summary>The controls that survive restarts.</summary>
/// <param name="DetectionEnabled">Whether detection is switched on.</param>
/// <param name="EnterThreshold">The enter threshold, 0.05 to 0.99; null for the configured one.</param>
public sealed record StoredControls(bool DetectionEnabled = true, float? EnterThreshold = null);

/// <summary>
/// Stores the controls in a small JSON file, which is replaced atomically. Without the file, or when it is damaged, the defaults apply.
/// When it cannot be written, the device continues and logs one warning.
/// </summary>
/// <param name="folder">The folder of the file.</param>
/// <param name="logger">Receives failures of the file.</param>
public sealed partial class ControlsFile(StateFolder folder, ILogger<ControlsFile> logger)
{
    private const string FileName = "controls.json";
    private const int MaxBytes = 4096;

    private readonly string _path = folder.File(FileName);
    private bool _told;

    /// <summary>Reads the controls; returns the defaults when the file does not exist or cannot be used.</summary>
    public StoredControls Read()
    {
        try
        {
            if (!File.Exists(_path))
                return new StoredControls();
            if (new FileInfo(_path).Length > MaxBytes)
                throw new JsonException($"it has more than {MaxBytes} bytes");
            StoredControls? stored = JsonSerializer.Deserialize(File.ReadAllBytes(_path), ControlsJson.Default.StoredControls);
            if (stored is not { EnterThreshold: null or (>= DeviceControls.MinThreshold and <= DeviceControls.MaxThreshold) })
                throw new JsonException("a value is out of range");
            return stored;
        }
        catch (JsonException exception)
        {
            LogDamaged(_path, exception.Message);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            LogDamaged(_path, exception.Message);
        }

        return new StoredControls();
    }

    /// <summary>Stores the controls. Of consecutive failures only the first is logged.</summary>
    public void Write(StoredControls controls)
    {
        // The folder has already logged why it cannot be used.
        if (!folder.IsUsable)
            return;
        try
        {
            AtomicFile.Write(_path, JsonSerializer.SerializeToUtf8Bytes(controls, ControlsJson.Default.StoredControls));
            _told = false;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            if (!_told)
                LogNotStored(exception.Message);
            _told = true;
        }
    }

    [LoggerMessage(1155, LogLevel.Warning, "{File} cannot be used: {Reason} Detection is on and the threshold is the configured one.")]
    private partial void LogDamaged(string file, string reason);

    [LoggerMessage(
        1156,
        LogLevel.Warning,
        "Changes of detection and threshold are not stored and will be lost at the next restart: {Reason}"
    )]
    private partial void LogNotStored(string reason);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(StoredControls))]
internal sealed partial class ControlsJson : JsonSerializerContext;
