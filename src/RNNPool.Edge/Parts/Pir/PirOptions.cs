using RNNPool.Edge.Hardware.Gpio;

namespace RNNPool.Edge.Parts.Pir;

/// <summary>A passive infrared motion sensor. Section <c>Pir</c>; see docs/parts/pir.md.</summary>
public sealed class PirOptions
{
    /// <summary>Name of the section in the configuration.</summary>
    public const string SectionName = "Pir";

#pragma warning disable CS1591 // [Setting] describes each property.
    [Setting("Line of the sensor's output.", Default = "none; the device has no motion sensor", Allowed = "a line", NumberAllowed = true)]
    [SettingPattern(PinAddress.Pattern, PinAddress.Allowed)]
    public string? Pin { get; set; }

    [Setting("Whether the line is low while the sensor reports motion.")]
    public bool ActiveLow { get; set; }

    [Setting("Resistor of the line, where the chip has one.")]
    public PinPull Pull { get; set; } = PinPull.Down;

    [Setting("How long the cameras keep their full rate after the sensor's output has ended.")]
    [SettingRange("00:00:00", "01:00:00")]
    public TimeSpan Hold { get; set; } = TimeSpan.FromSeconds(10);

    [Setting("Time after the start during which the output is ignored and the cameras run at their full rate; the sensor needs a minute.")]
    [SettingRange("00:00:00", "00:10:00")]
    public TimeSpan WarmUp { get; set; } = TimeSpan.FromMinutes(1);

    [Setting("Whether the sensor exists in memory only and is fed through the interface.")]
    public bool Simulated { get; set; }
}
