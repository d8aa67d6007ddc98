using System.Globalization;

namespace RNNPool.Edge.Mqtt;

/// <summary>The temperature that the kernel reports.</summary>
internal static class CpuTemperature
{
    /// <summary>Temperature of the hottest thermal zone in degrees Celsius; null when the machine does not tell.</summary>
    /// <param name="folder">Where the zones are.</param>
    public static double? Read(string folder = "/sys/class/thermal")
    {
        double? hottest = null;
        try
        {
            foreach (string zone in Directory.EnumerateDirectories(folder, "thermal_zone*"))
            {
                if (!int.TryParse(File.ReadAllText(Path.Combine(zone, "temp")), CultureInfo.InvariantCulture, out int thousandths)) continue;
                double degrees = thousandths / 1000.0;
                if (degrees is > -50 and < 200 && !(degrees <= hottest)) hottest = degrees;
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // A zone that is off cannot be read; what was read of the others still holds.
        }

        return hottest;
    }
}
