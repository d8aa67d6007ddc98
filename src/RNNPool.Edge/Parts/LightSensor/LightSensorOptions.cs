using RNNPool.Edge.Hardware.Gpio;

namespace RNNPool.Edge.Parts.LightSensor;

/// <summary>A sensor of ambient light, and a lamp that follows it. Section <c>LightSensor</c>; see docs/parts/light-sensor.md.</summary>
public sealed class LightSensorOptions
{
    /// <summary>Name of the section in the configuration.</summary>
    public const string SectionName = "LightSensor";

#pragma warning disable CS1591 // [Setting] describes each property.
    [Setting("Whether a sensor is connected.")]
    public bool Enabled { get; set; }

    [Setting("Chip of the sensor.")]
    public LightSensorType Type { get; set; } = LightSensorType.Bh1750;

    [Setting("Number of the I2C bus: 1 is `/dev/i2c-1`.")]
    [SettingRange(0, 63)]
    public int Bus { get; set; } = 1;

    [Setting(
        "Address on the bus.",
        Default = "35 (0x23) for a BH1750, 57 (0x39) for a TSL2561",
        Allowed = "35, 92 for a BH1750; 41, 57, 73 for a TSL2561"
    )]
    [SettingRange(0x23, 0x5C)]
    public int? Address { get; set; }

    [Setting("Time between two readings.")]
    [SettingRange("00:00:01", "00:10:00")]
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(5);

    [Setting("Illuminance below which it is dark.", Unit = "lux")]
    [SettingRange(0.1, 10000)]
    public double DarkBelow { get; set; } = 10;

    [Setting("Illuminance above which it is bright again.", Unit = "lux", Default = "twice DarkBelow")]
    [SettingRange(0.1, 20000)]
    public double? BrightAbove { get; set; }

    [Setting("Least time between two changes of darkness, and so of the lamp.")]
    [SettingRange("00:00:00", "01:00:00")]
    public TimeSpan MinTime { get; set; } = TimeSpan.FromSeconds(30);

    [Setting(
        "Line of a lamp that is on while it is dark.",
        Default = "none; no lamp is switched",
        Allowed = "a line",
        NumberAllowed = true
    )]
    [SettingPattern(PinAddress.Pattern, PinAddress.Allowed)]
    public string? LampPin { get; set; }

    [Setting("Whether the line is low while the lamp is on.")]
    public bool LampActiveLow { get; set; }

    [Setting("Whether sensor and lamp exist in memory only; the interface feeds the illuminance.")]
    public bool Simulated { get; set; }

    /// <summary>The address in force.</summary>
    internal int ActualAddress => Address ?? (Type == LightSensorType.Bh1750 ? Bh1750.Addresses[0] : Tsl2561.Addresses[0]);

    /// <summary>The limit in force.</summary>
    internal double ActualBrightAbove => BrightAbove ?? (2 * DarkBelow);
}

/// <summary>Chip of a light sensor.</summary>
public enum LightSensorType
{
    /// <summary>Rohm BH1750FVI.</summary>
    Bh1750,

    /// <summary>TAOS (ams) TSL2561.</summary>
    Tsl2561,
}
