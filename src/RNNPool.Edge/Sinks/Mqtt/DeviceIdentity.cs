using System.Security.Cryptography;
using System.Text;

namespace RNNPool.Edge.Sinks.Mqtt;

/// <summary>
/// Id of this device. It stays the same across restarts and differs between devices, because a broker disconnects clients that share an id.
/// </summary>
/// <param name="Id">The setting <c>Device:Id</c>, else twelve hexadecimal digits.</param>
public sealed record DeviceIdentity(string Id)
{
    /// <summary>
    /// Derives the id from systemd's machine id, hashed with an application-specific prefix as machine-id(5) requires; from the host name
    /// on machines without one.
    /// </summary>
    /// <param name="machineIdFile">File of the machine id.</param>
    public static DeviceIdentity Read(string machineIdFile = "/etc/machine-id")
    {
        string seed;
        try
        {
            seed = File.ReadAllText(machineIdFile).Trim();
            if (seed.Length < 32)
                seed = Environment.MachineName;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            seed = Environment.MachineName;
        }

        byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes("rnnpool-edge:" + seed));
        return new DeviceIdentity(Convert.ToHexStringLower(hash.AsSpan(0, 6)));
    }

    /// <summary>Replaces <see cref="MqttOptions.DevicePlaceholder"/> by the id.</summary>
    public string Expand(string template) => template.Replace(MqttOptions.DevicePlaceholder, Id, StringComparison.Ordinal);
}
