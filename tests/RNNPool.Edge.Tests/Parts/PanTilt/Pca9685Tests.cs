using RNNPool.Edge.Hardware.Buses;
using RNNPool.Edge.Parts.PanTilt;

namespace RNNPool.Edge.Tests.Parts.PanTilt;

/// <summary>The bytes for the PCA9685 and its model against the datasheet.</summary>
public sealed class Pca9685Tests
{
    private readonly BusRecorder _bus = new();
    private readonly PanTiltOptions _options = new();

    [Fact]
    public void Initialisation_sets_modes_and_50_Hz_and_starts_no_pulse()
    {
        var servos = new SimulatedServos(_bus);

        using var pair = ServoPair.Open(_options, servos);

        // MODE1 asleep with auto-increment, MODE2 totem pole, MODE1 read, the prescaler 121, MODE1 awake.
        Assert.Equal(["> 0031", "> 0104", "> 00", "< 31", "> FE79", "> 0021"], Transfers());
        Assert.Equal(TimeSpan.Zero, servos.Pulse(PanTiltDriver.Pca9685, 0));
    }

    [Fact]
    public void Each_turn_is_one_transfer_of_all_four_registers()
    {
        var servos = new SimulatedServos(_bus);
        using var pair = ServoPair.Open(_options, servos);
        pair.Write(0, 0);
        pair.Start();
        _bus.Clear();

        pair.Write(45, -30);

        // 2000 of 20000 microseconds are 410 of 4096 steps; 1166 are 239.
        Assert.Equal(["> 0600009A01", "> 0A0000EF00"], Transfers());
        Assert.Equal(2000, servos.Pulse(PanTiltDriver.Pca9685, 0).TotalMicroseconds, 3.0);
        pair.Stop();
        Assert.Equal(["> 0600000010", "> 0A00000010"], Transfers().Skip(2));
        Assert.Equal(TimeSpan.Zero, servos.Pulse(PanTiltDriver.Pca9685, 0));
    }

    [Theory]
    [InlineData(-90, 500)]
    [InlineData(0, 1500)]
    [InlineData(90, 2500)]
    public void Angles_are_pulses_of_the_settings(double angle, int microseconds)
    {
        _options.Driver = PanTiltDriver.Pwm;
        _options.Tilt.Inverted = true;
        var servos = new SimulatedServos(_bus);
        using var pair = ServoPair.Open(_options, servos);
        Assert.Equal(TimeSpan.Zero, servos.Pulse(PanTiltDriver.Pwm, 0));

        pair.Write(angle, angle);
        pair.Start();

        Assert.Equal(microseconds, servos.Pulse(PanTiltDriver.Pwm, 0).TotalMicroseconds, 1.0);
        Assert.Equal(3000 - microseconds, servos.Pulse(PanTiltDriver.Pwm, 1).TotalMicroseconds, 1.0);
    }

    [Fact]
    public void The_model_locks_its_prescaler_while_awake_and_sets_all_channels()
    {
        var chip = new SimulatedPca9685();
        chip.Write([0xFE, 121]);
        chip.Write([0x00, 0x21]);
        chip.Write([0xFE, 30]);
        Assert.Equal(121, Read(chip, 0xFE));

        chip.Write([0xFA, 0x00, 0x00, 0x00, 0x08]);
        Assert.Equal(10_000, chip.Pulse(15).TotalMicroseconds, 10.0);
        chip.Write([0x00, 0x31]);
        Assert.Equal(TimeSpan.Zero, chip.Pulse(15));
    }

    [Fact]
    public void Without_auto_increment_the_model_stays_at_its_register()
    {
        var chip = new SimulatedPca9685();

        chip.Write([0x06, 1, 2, 3]);

        Assert.Equal(3, Read(chip, 0x06));
        Assert.Equal(0, Read(chip, 0x07));
    }

    private static int Read(SimulatedPca9685 chip, byte register)
    {
        byte[] value = new byte[1];
        chip.Write([register]);
        chip.Read(value);
        return value[0];
    }

    private IEnumerable<string> Transfers() =>
        _bus.Transfers.Select(transfer => $"{(transfer.IsWrite ? '>' : '<')} {Convert.ToHexString(transfer.Data.Span)}");
}
