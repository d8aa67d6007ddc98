using RNNPool.Edge.Events;
using RNNPool.Edge.Hardware.Gpio;

namespace RNNPool.Edge.Parts.Buzzer;

/// <summary>A buzzer, active on a line or passive on a PWM channel. Section <c>Buzzer</c>; see docs/parts/buzzer.md.</summary>
[SettingExcludes(nameof(Pin), nameof(PwmChannel))]
public sealed class BuzzerOptions
{
    /// <summary>Name of the section in the configuration.</summary>
    public const string SectionName = "Buzzer";

#pragma warning disable CS1591 // [Setting] describes each property.
    [Setting(
        "Line of an active buzzer, which has its own tone.",
        Default = "none; the device has no active buzzer",
        Allowed = "a line",
        NumberAllowed = true
    )]
    [SettingPattern(PinAddress.Pattern, PinAddress.Allowed)]
    public string? Pin { get; set; }

    [Setting("Whether the line is low while the buzzer sounds.")]
    public bool ActiveLow { get; set; }

    [Setting("PWM channel of a passive buzzer, which sounds at Frequency.", Default = "none; the device has no passive buzzer")]
    [SettingRange(0, 15)]
    public int? PwmChannel { get; set; }

    [Setting("Number of the PWM chip: 0 is `/sys/class/pwm/pwmchip0`.")]
    [SettingRange(0, 31)]
    public int PwmChip { get; set; }

    [Setting("Tone of a passive buzzer; most are loudest between 2000 and 4000 Hz.", Unit = "Hz")]
    [SettingRange(100, 10000)]
    public int Frequency { get; set; } = 2700;

    [Setting("Presences that sound the buzzer when one begins.", Allowed = "occupancy, zone:NAME, label:NAME")]
    [SettingPattern(PresenceSource.Pattern, PresenceSource.Allowed)]
    public string Source { get; set; } = "occupancy";

    [Setting("Beeps of an alarm.")]
    [SettingRange(1, 10)]
    public int Beeps { get; set; } = 2;

    [Setting("Length of a beep.")]
    [SettingRange("00:00:00.02", "00:00:02")]
    public TimeSpan BeepTime { get; set; } = TimeSpan.FromSeconds(0.1);

    [Setting("Silence between two beeps.")]
    [SettingRange("00:00:00.02", "00:00:02")]
    public TimeSpan PauseTime { get; set; } = TimeSpan.FromSeconds(0.1);

    [Setting("How often an alarm is repeated while its presences last and are not acknowledged.")]
    [SettingRange(0, 100)]
    public int Repeats { get; set; } = 2;

    [Setting("Least time from the begin of one alarm to the next, also of another presence.", Allowed = "1 s to 1 h, at least the beeps")]
    [SettingRange("00:00:01", "01:00:00")]
    public TimeSpan RepeatInterval { get; set; } = TimeSpan.FromSeconds(10);

    [Setting("Whether the buzzer is silent while the light sensor measures darkness.")]
    public bool QuietWhenDark { get; set; }

    [Setting("Whether the buzzer exists in memory only.")]
    public bool Simulated { get; set; }
}
