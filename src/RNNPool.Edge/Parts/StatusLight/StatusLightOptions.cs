namespace RNNPool.Edge.Parts.StatusLight;

/// <summary>A chain or ring of WS2812 LEDs. Section <c>StatusLight</c>; see docs/parts/status-light.md.</summary>
[SettingNeeds(nameof(NightFrom), nameof(NightUntil))]
[SettingNeeds(nameof(NightUntil), nameof(NightFrom))]
public sealed class StatusLightOptions
{
    /// <summary>Name of the section in the configuration.</summary>
    public const string SectionName = "StatusLight";

    private const string TimePattern = "^([01][0-9]|2[0-3]):[0-5][0-9]$";
    private const string ColorPattern = "^#[0-9A-Fa-f]{6}$";

#pragma warning disable CS1591 // [Setting] describes each property.
    [Setting("Whether LEDs are connected.")]
    public bool Enabled { get; set; }

    [Setting("Whether the LEDs exist in memory only; the page shows their colours.")]
    public bool Simulated { get; set; }

    [Setting("LEDs in the chain.")]
    [SettingRange(1, 64)]
    public int Count { get; set; } = 8;

    [Setting("Number of the SPI bus: 0 and chip select 0 are `/dev/spidev0.0`.")]
    [SettingRange(0, 15)]
    public int Bus { get; set; }

    [Setting("Chip select of the device file. The LEDs do not use its line.")]
    [SettingRange(0, 15)]
    public int ChipSelect { get; set; }

    [Setting("Brightness.", Unit = "percent")]
    [SettingRange(1, 100)]
    public int Brightness { get; set; } = 20;

    [Setting("Colour while this machine's engine processes the frames.")]
    [SettingPattern(ColorPattern, "a colour such as #00ff00")]
    public string HostColor { get; set; } = "#00ff00";

    [Setting("Colour while a coprocessor processes the frames.")]
    [SettingPattern(ColorPattern, "a colour such as #00ff00")]
    public string CoprocessorColor { get; set; } = "#00c8ff";

    [Setting("Whether the LEDs breathe while nothing is present; otherwise they are off.")]
    public bool Breathing { get; set; } = true;

    [Setting("Whether the LEDs are off while a light sensor measures darkness.")]
    public bool OffInTheDark { get; set; } = true;

    [Setting("Local time from which the LEDs are off.", Default = "none: they are on at night")]
    [SettingPattern(TimePattern, "a time of the day, such as 22:30")]
    public string? NightFrom { get; set; }

    [Setting("Local time until which the LEDs are off.", Default = "none: they are on at night")]
    [SettingPattern(TimePattern, "a time of the day, such as 22:30")]
    public string? NightUntil { get; set; }
}
