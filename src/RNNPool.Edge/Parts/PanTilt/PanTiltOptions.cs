namespace RNNPool.Edge.Parts.PanTilt;

/// <summary>Two servos that turn a camera after a face. Section <c>PanTilt</c>; see docs/parts/pan-tilt.md.</summary>
public sealed class PanTiltOptions
{
    /// <summary>Name of the section in the configuration.</summary>
    public const string SectionName = "PanTilt";

#pragma warning disable CS1591 // [Setting] describes each property.
    [Setting("Whether servos are connected.")]
    public bool Enabled { get; set; }

    [Setting("Whether the servos exist in memory only; the page shows their angles.")]
    public bool Simulated { get; set; }

    [Setting("Camera on the head.", Default = "the first by name")]
    [SettingText(1, 64)]
    public string? Camera { get; set; }

    [Setting("Source of the pulses: a PCA9685 on I2C, or PWM channels of the machine.")]
    public PanTiltDriver Driver { get; set; } = PanTiltDriver.Pca9685;

    [Setting("Number of the PCA9685's I2C bus: 1 is `/dev/i2c-1`.")]
    [SettingRange(0, 63)]
    public int Bus { get; set; } = 1;

    [Setting("Address of the PCA9685 on the bus: 64 is 0x40.")]
    [SettingRange(0x40, 0x7F)]
    public int Address { get; set; } = 0x40;

    [Setting("Number of the PWM chip of the machine: 0 is `/sys/class/pwm/pwmchip0`.")]
    [SettingRange(0, 15)]
    public int PwmChip { get; set; }

    [Setting("Turn from the shortest to the longest pulse.", Unit = "degrees")]
    [SettingRange(30, 360)]
    public double ServoRange { get; set; } = 180;

    [Setting("Shortest pulse.", Unit = "microseconds")]
    [SettingRange(400, 1500)]
    public int MinPulse { get; set; } = 500;

    [Setting("Longest pulse.", Unit = "microseconds")]
    [SettingRange(1500, 2700)]
    public int MaxPulse { get; set; } = 2500;

    [Setting("Greatest speed of each servo.", Unit = "degrees a second")]
    [SettingRange(1, 600)]
    public double MaxSpeed { get; set; } = 60;

    [Setting("Part of the distance to the face that each frame corrects.")]
    [SettingRange(0.05, 1)]
    public double Gain { get; set; } = 0.5;

    [Setting("Distance of the face from the middle that is not corrected, as a fraction of the frame's width and height.")]
    [SettingRange(0, 0.4)]
    public double DeadZone { get; set; } = 0.08;

    [Setting("Width of the picture.", Unit = "degrees")]
    [SettingRange(10, 180)]
    public double HorizontalView { get; set; } = 62;

    [Setting("Height of the picture.", Unit = "degrees")]
    [SettingRange(10, 180)]
    public double VerticalView { get; set; } = 49;

    [Setting("Least score of a face that is followed.")]
    [SettingRange(0, 1)]
    public double MinScore { get; set; } = 0.6;

    [Setting("Time without a face after which the head returns home; 0 leaves it where it is.")]
    [SettingRange("00:00:00", "01:00:00")]
    public TimeSpan HomeAfter { get; set; } = TimeSpan.FromSeconds(10);

    [Setting("Servo that turns the head to the right and left.")]
    public PanTiltAxisOptions Pan { get; set; } =
        new()
        {
            Channel = 0,
            Min = -80,
            Max = 80,
        };

    [Setting("Servo that turns the head up and down.")]
    public PanTiltAxisOptions Tilt { get; set; } =
        new()
        {
            Channel = 1,
            Min = -30,
            Max = 45,
        };
}

/// <summary>One servo. Angles count from the middle of its range; positive ones turn the picture to the right, or up.</summary>
public sealed class PanTiltAxisOptions
{
    [Setting("Channel of the servo: 0 to 15 of a PCA9685, 0 to 3 of a PWM chip.")]
    [SettingRange(0, 15)]
    public int Channel { get; set; }

    [Setting("Least angle; positive angles turn the picture to the right, or up.", Unit = "degrees from the middle of the servo")]
    [SettingRange(-180, 180)]
    public double Min { get; set; } = -90;

    [Setting("Greatest angle.", Unit = "degrees from the middle of the servo")]
    [SettingRange(-180, 180)]
    public double Max { get; set; } = 90;

    [Setting("Angle while there is no face, and after a stop.", Unit = "degrees from the middle of the servo")]
    [SettingRange(-180, 180)]
    public double Home { get; set; }

    [Setting("Whether longer pulses turn the picture to the left, or down.")]
    public bool Inverted { get; set; }
}

/// <summary>Source of the pulses.</summary>
public enum PanTiltDriver
{
    /// <summary>A PCA9685 on I2C.</summary>
    Pca9685,

    /// <summary>PWM channels of the machine.</summary>
    Pwm,
}
