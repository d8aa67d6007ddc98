using System.Globalization;

namespace RNNPool.Edge.Health;

/// <summary>Reads temperature, throttling and supply voltage from the kernel.</summary>
internal sealed class MachineSensors
{
    private readonly string _root;
    private readonly Lazy<string?> _flags;
    private readonly Lazy<string?> _alarm;

    /// <param name="root">Root of the file system; tests use another one.</param>
    public MachineSensors(string root = "/")
    {
        _root = root;

        // The kernel's files do not move while it runs, and finding them costs more than reading them.
        _flags = new Lazy<string?>(() =>
            Folders("sys/bus/platform/devices", "*:firmware")
                .Prepend(Path.Combine(root, "sys/devices/platform/soc/soc:firmware"))
                .Select(folder => Path.Combine(folder, "get_throttled"))
                .FirstOrDefault(File.Exists)
        );
        _alarm = new Lazy<string?>(() =>
            Folders("sys/class/hwmon", "hwmon*")
                .Where(sensor => Read(Path.Combine(sensor, "name")) == "rpi_volt")
                .Select(sensor => Path.Combine(sensor, "in0_lcrit_alarm"))
                .FirstOrDefault(File.Exists)
        );
    }

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

    /// <summary>Time since the machine started; null when the kernel does not report it.</summary>
    public TimeSpan? Uptime() =>
        Read(Path.Combine(_root, "proc/uptime"))?.Split(' ')[0] is { } text
        && double.TryParse(text, CultureInfo.InvariantCulture, out double seconds)
        && seconds is >= 0 and < int.MaxValue
            ? TimeSpan.FromSeconds(seconds)
            : null;

    /// <summary>
    /// Flags of the firmware of a Raspberry Pi; null on other machines, and on a Raspberry Pi 5 whose kernel does not have the file.
    /// </summary>
    public FirmwareFlags? Flags()
    {
        if (_flags.Value is not { } file || Read(file) is not { } text)
            return null;
        ReadOnlySpan<char> digits = text.StartsWith("0x", StringComparison.Ordinal) ? text.AsSpan(2) : text;
        return uint.TryParse(digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out uint bits) ? (FirmwareFlags)bits : null;
    }

    /// <summary>
    /// Whether the supply voltage of a Raspberry Pi is too low now, by the alarm of the kernel's driver or by the firmware; null on other
    /// machines.
    /// </summary>
    public bool? IsVoltageLow()
    {
        bool? low = Flags() is { } flags ? flags.HasFlag(FirmwareFlags.UnderVoltage) : null;
        return _alarm.Value is { } file && Read(file) is { } alarm ? low == true || alarm == "1" : low;
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
            // An exception costs a hundred times as much as the question.
            string folder = Path.Combine(_root, path);
            return Directory.Exists(folder) ? Directory.GetDirectories(folder, pattern) : [];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
