using System.Security.Cryptography;
using System.Text;

namespace RNNPool.Edge.Sinks.Mqtt;

/// <summary>
/// A name for this device that stays the same over restarts and differs between devices. Two clients of one broker must not
/// share an id: the broker would disconnect them in turn.
/// </summary>
/// <param name="Id">The setting <c>Device:Id</c>, else twelve hexadecimal digits.</param>
public sealed record DeviceIdentity(string Id)
{
    /// <summary>
    /// Derives the id from systemd's machine id, hashed with a name of our own, as machine-id(5) asks; from the host name where there is none.
    /// </summary>
    /// <param name="machineIdFile">Where the machine id is kept.</param>
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

    /// <summary>Puts the id in the place of <see cref="MqttOptions.DevicePlaceholder"/>.</summary>
    public string Expand(string template) => template.Replace(MqttOptions.DevicePlaceholder, Id, StringComparison.Ordinal);
}
