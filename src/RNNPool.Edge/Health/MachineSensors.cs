using System.Globalization;

namespace RNNPool.Edge.Health;

/// <summary>Reads temperature and throttling from the kernel.</summary>
/// <param name="root">Root of the file system; tests use another one.</param>
internal sealed class MachineSensors(string root = "/")
{
    /// <summary>Temperature of the hottest thermal zone in degrees Celsius; null without a sensor.</summary>
    public double? Temperature()
    {
        double? hottest = null;
        foreach (string zone in Folders("sys/class/thermal", "thermal_zone*"))
        {
            if (Read(Path.Combine(zone, "temp")) is { } text && int.TryParse(text, CultureInfo.InvariantCulture, out int thousandths))
            {
                double degrees = thousandths / 1000.0;
                if (degrees is > -50 and < 200 && !(degrees <= hottest))
                    hottest = degrees;
            }
        }

        return hottest;
    }

    /// <summary>
    /// Why the firmware of a Raspberry Pi throttles the processor now; null if it does not, and on other machines. The bits are those of
    /// <c>vcgencmd get_throttled</c>.
    /// </summary>
    public string? Throttling()
    {
        if (Read(Path.Combine(root, "sys/devices/platform/soc/soc:firmware/get_throttled")) is not { } text)
            return null;
        if (
            !uint.TryParse(
                text.StartsWith("0x", StringComparison.Ordinal) ? text.AsSpan(2) : text,
                NumberStyles.HexNumber,
                CultureInfo.InvariantCulture,
                out uint bits
            )
        )
            return null;
        if ((bits & 1) != 0)
            return "the supply voltage is too low";
        if ((bits & 4) != 0)
            return "the processor is throttled";
        if ((bits & 2) != 0)
            return "the processor's frequency is capped";
        return (bits & 8) != 0 ? "the soft temperature limit is reached" : null;
    }

    private static string? Read(string path)
    {
        try
        {
            return File.ReadAllText(path).Trim();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private string[] Folders(string path, string pattern)
    {
        try
        {
            return Directory.GetDirectories(Path.Combine(root, path), pattern);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
