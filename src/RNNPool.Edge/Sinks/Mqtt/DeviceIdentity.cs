using System.Security.Cryptography;
using System.Text;
using RNNPool.Edge.Core;

namespace RNNPool.Edge.Sinks.Mqtt;

/// <summary>
/// Id of this device. It stays the same across restarts and differs between devices, because a broker disconnects clients that share an id.
/// </summary>
/// <param name="Id">The setting <c>Device:Id</c>, else twelve hexadecimal digits.</param>
public sealed record DeviceIdentity(string Id)
{
    /// <summary>File in the state folder that keeps the id of a machine without a machine id.</summary>
    public const string FileName = "device-id";

    private const int Bytes = 6;
    private const int MachineIdLength = 32;

    /// <summary>
    /// Derives the id from systemd's machine id, hashed with an application-specific prefix as machine-id(5) requires. A machine without
    /// one, such as a container, gets a random id that the state folder keeps.
    /// </summary>
    /// <param name="folder">The state folder.</param>
    /// <param name="logger">Receives a warning when the id cannot be kept.</param>
    /// <param name="machineIdFile">File of the machine id.</param>
    public static DeviceIdentity Read(StateFolder folder, ILogger logger, string machineIdFile = "/etc/machine-id")
    {
        ArgumentNullException.ThrowIfNull(folder);
        string path = folder.File(FileName);
        if (ReadText(path) is { Length: 2 * Bytes } kept && kept.All(char.IsAsciiHexDigitLower))
            return new DeviceIdentity(kept);
        if (ReadText(machineIdFile) is { Length: >= MachineIdLength } machine)
            return new DeviceIdentity(Hash(machine));
        string id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(Bytes));
        try
        {
            if (folder.Failure is { } failure)
                throw new IOException(failure);
            AtomicFile.Write(path, Encoding.ASCII.GetBytes(id + "\n"));
            return new DeviceIdentity(id);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            var identity = new DeviceIdentity(Hash(Environment.MachineName));
            DeviceIdentityLog.LogNotKept(logger, identity.Id, exception.Message);
            return identity;
        }
    }

    /// <summary>Replaces <see cref="MqttOptions.DevicePlaceholder"/> by the id.</summary>
    public string Expand(string template) => template.Replace(MqttOptions.DevicePlaceholder, Id, StringComparison.Ordinal);

    private static string Hash(string seed) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes("rnnpool-edge:" + seed)).AsSpan(0, Bytes));

    private static string? ReadText(string file)
    {
        try
        {
            return File.Exists(file) ? File.ReadAllText(file).Trim() : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
