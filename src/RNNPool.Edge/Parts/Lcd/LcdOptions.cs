namespace RNNPool.Edge.Parts.Lcd;

/// <summary>A character display with an HD44780 behind a PCF8574. Section <c>Lcd</c>; see docs/parts/lcd.md.</summary>
public sealed class LcdOptions
{
    /// <summary>Name of the section in the configuration.</summary>
    public const string SectionName = "Lcd";

    /// <summary>A display of four rows of 20 characters.</summary>
    public const string Size20x4 = "20x4";

#pragma warning disable CS1591 // [Setting] describes each property.
    [Setting("Whether a display is connected.")]
    public bool Enabled { get; set; }

    [Setting("Whether the display exists in memory only; the page shows its characters.")]
    public bool Simulated { get; set; }

    [Setting("Number of the I2C bus: 1 is `/dev/i2c-1`.")]
    [SettingRange(0, 63)]
    public int Bus { get; set; } = 1;

    [Setting("Address on the bus: a PCF8574 has 32 to 39 (0x20 to 0x27), a PCF8574A 56 to 63 (0x38 to 0x3F).")]
    [SettingRange(0x20, 0x3F)]
    public int Address { get; set; } = 0x27;

    [Setting("Characters in a row, and rows.", Allowed = "16x2, 20x4")]
    [SettingPattern("^(16x2|20x4)$", "16x2 or 20x4")]
    public string Size { get; set; } = "16x2";

    [Setting("How long a display of two rows shows each of count, reason and address in turn.")]
    [SettingRange("00:00:01", "00:01:00")]
    public TimeSpan PageTime { get; set; } = TimeSpan.FromSeconds(4);

    [Setting("Time without a change after which the backlight is off while nothing is present; 0 leaves it on.")]
    [SettingRange("00:00:00", "7.00:00:00")]
    public TimeSpan BacklightOffAfter { get; set; } = TimeSpan.FromMinutes(5);
}
