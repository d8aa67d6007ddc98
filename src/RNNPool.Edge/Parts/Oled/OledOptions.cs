namespace RNNPool.Edge.Parts.Oled;

/// <summary>A display of 128 x 64 pixels with an SSD1306. Section <c>Oled</c>; see docs/parts/oled.md.</summary>
public sealed class OledOptions
{
    /// <summary>Name of the section in the configuration.</summary>
    public const string SectionName = "Oled";

#pragma warning disable CS1591 // [Setting] describes each property.
    [Setting("Whether a display is connected.")]
    public bool Enabled { get; set; }

    [Setting("Whether the display exists in memory only; the page shows its pixels.")]
    public bool Simulated { get; set; }

    [Setting("Number of the I2C bus: 1 is `/dev/i2c-1`.")]
    [SettingRange(0, 63)]
    public int Bus { get; set; } = 1;

    [Setting("Address on the bus: 60 is 0x3C, 61 is 0x3D.")]
    [SettingRange(0x3C, 0x3D)]
    public int Address { get; set; } = 0x3C;

    [Setting("Whether the picture is turned by 180 degrees.")]
    public bool Flipped { get; set; }

    [Setting("Contrast while something is present or has changed.")]
    [SettingRange(1, 255)]
    public int Contrast { get; set; } = 127;

    [Setting("How long after the start the QR code of the page's address is shown; it ends earlier when the page is opened. 0 shows none.")]
    [SettingRange("00:00:00", "1.00:00:00")]
    public TimeSpan QrCodeTime { get; set; } = TimeSpan.FromMinutes(2);

    [Setting("Time without a change after which the display is dimmed while nothing is present; 0 never dims it.")]
    [SettingRange("00:00:00", "7.00:00:00")]
    public TimeSpan DimAfter { get; set; } = TimeSpan.FromMinutes(2);

    [Setting(
        "Time without a change after which the display is dark while nothing is present, which spares its pixels; 0 never darkens it. "
            + "A display that shows a problem stays on."
    )]
    [SettingRange("00:00:00", "7.00:00:00")]
    public TimeSpan DarkAfter { get; set; } = TimeSpan.FromMinutes(15);
}
