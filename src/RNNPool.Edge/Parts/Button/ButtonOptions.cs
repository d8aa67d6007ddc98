using RNNPool.Edge.Hardware.Gpio;

namespace RNNPool.Edge.Parts.Button;

/// <summary>A push button. Section <c>Button</c>; see docs/parts/button.md.</summary>
public sealed class ButtonOptions
{
    /// <summary>Name of the section in the configuration.</summary>
    public const string SectionName = "Button";

#pragma warning disable CS1591 // [Setting] describes each property.
    [Setting(
        "Line of the button, as in Gpio:Inputs.",
        Default = "none; the device has no button",
        Allowed = "a line",
        NumberAllowed = true
    )]
    [SettingPattern(PinAddress.Pattern, PinAddress.Allowed)]
    public string? Pin { get; set; }

    [Setting("Whether the line is low while the button is pressed, because the button connects it to ground.")]
    public bool ActiveLow { get; set; } = true;

    [Setting("Resistor of the line, where the chip has one.")]
    public PinPull Pull { get; set; } = PinPull.Up;

    [Setting("How long a level must last to count; the contacts of a button bounce for some milliseconds.")]
    [SettingRange("00:00:00", "00:00:00.5")]
    public TimeSpan Debounce { get; set; } = TimeSpan.FromSeconds(0.03);

    [Setting("How long the button must be held to switch privacy; a shorter press acknowledges the present alarm.")]
    [SettingRange("00:00:00.6", "00:01:00")]
    public TimeSpan LongPress { get; set; } = TimeSpan.FromSeconds(2);

    [Setting("Whether the button exists in memory only and is pressed through the interface.")]
    public bool Simulated { get; set; }
}
