using System.Text.Json;
using System.Text.Json.Serialization;

namespace RNNPool.Edge.Core;

/// <summary>What a running device states about itself for the commands of this machine.</summary>
/// <param name="Configuration">Its configuration file, which may be missing; null for none.</param>
/// <param name="Page">Address of its page.</param>
internal sealed record DeviceMark(string? Configuration, string Page);

/// <summary>
/// Marks the state folder of a running device: two devices never share one, and commands find the device by the file that it holds open.
/// </summary>
internal sealed class DeviceMarker(StateFolder folder) : IDisposable
{
    /// <summary>The file that the device keeps open and locked.</summary>
    public const string LockName = "device.lock";

    /// <summary>The file with the <see cref="DeviceMark"/>; it is valid only while the other one is locked.</summary>
    public const string FileName = "device.json";

    private const int WouldBlock = 11, // EWOULDBLOCK of errno.h
        MaxBytes = 16 * 1024;

    private FileStream? _lock;

    /// <summary>Takes the folder; a folder that cannot be used needs no mark.</summary>
    /// <exception cref="CommandException">Another device uses it.</exception>
    public void Take()
    {
        if (!folder.IsUsable)
            return;
        try
        {
            _lock = new FileStream(
                folder.File(LockName),
                new FileStreamOptions
                {
                    Mode = FileMode.OpenOrCreate,
                    Access = FileAccess.ReadWrite,
                    Share = FileShare.None,
                    BufferSize = 0,
                    UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
                }
            );
            File.Delete(folder.File(FileName));
        }
        catch (IOException exception) when (exception.HResult == WouldBlock)
        {
            throw new CommandException(
                $"The state folder {folder.Path} is in use by {RunningDevice.FindUser(folder.Path)?.ToString() ?? "another device"}.",
                "Stop that device, or set Device:StateFolder to another folder.",
                ExitCode.Failure,
                exception
            );
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The folder reports by itself that it cannot be written.
        }
    }

    /// <summary>States what commands need to know.</summary>
    public void Record(DeviceMark mark)
    {
        if (_lock is null)
            return;
        try
        {
            AtomicFile.Write(folder.File(FileName), JsonSerializer.SerializeToUtf8Bytes(mark, DeviceMarkJson.Default.DeviceMark));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Commands then use the default configuration file.
        }
    }

    /// <summary>Reads the mark of a device; null when there is none.</summary>
    public static DeviceMark? Read(string folder)
    {
        try
        {
            var file = new FileInfo(Path.Combine(folder, FileName));
            return file.Length > MaxBytes
                ? null
                : JsonSerializer.Deserialize(File.ReadAllBytes(file.FullName), DeviceMarkJson.Default.DeviceMark);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _lock?.Dispose();
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(DeviceMark))]
internal sealed partial class DeviceMarkJson : JsonSerializerContext;
