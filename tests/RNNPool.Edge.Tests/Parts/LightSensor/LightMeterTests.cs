using Microsoft.Extensions.Time.Testing;
using RNNPool.Edge.Hardware.Buses;
using RNNPool.Edge.Parts;
using RNNPool.Edge.Parts.LightSensor;
using RNNPool.Edge.Tests.Support;

namespace RNNPool.Edge.Tests.Parts.LightSensor;

/// <summary>The bytes of both chips, and the lux that their counts mean.</summary>
public sealed class LightMeterTests
{
    private readonly FakeTimeProvider _time = new(Samples.Noon);
    private readonly BusRecorder _recorder = new();

    [Fact]
    public void The_bytes_of_a_bh1750_are_those_of_its_datasheet()
    {
        using var meter = new Bh1750(new SimulatedI2cDevice(1, 0x23, new SimulatedBh1750(_time) { Lux = 1000 }, _recorder));

        // On, reset, and the default measurement time of 69 in two parts.
        Assert.Equal(["> 01", "> 07", "> 42", "> 65"], Transfers());

        Assert.Null(meter.Read());
        _time.Advance(meter.MeasuringTime);
        Assert.Equal(1000, meter.Read()!.Value, 1.0);
        Assert.Equal(["> 01", "> 10", "> 01", "> 10", "< 04 B0"], Transfers());
    }

    [Fact]
    public void A_bh1750_that_lost_its_power_measures_again()
    {
        var socket = new Socket { Chip = new SimulatedBh1750(_time) { Lux = 1000 } };
        using var meter = new Bh1750(new SimulatedI2cDevice(1, 0x23, socket, _recorder));
        meter.Read();
        socket.Chip = new SimulatedBh1750(_time) { Lux = 300 };
        meter.Read();
        _time.Advance(meter.MeasuringTime);

        Assert.Equal(300, meter.Read()!.Value, 1.0);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.9)]
    [InlineData(54612)]
    public void A_bh1750_measures_to_one_count(double lux)
    {
        using var meter = new Bh1750(new SimulatedI2cDevice(1, 0x23, new SimulatedBh1750(_time) { Lux = lux }, _recorder));
        meter.Read();
        _time.Advance(meter.MeasuringTime);

        Assert.InRange(meter.Read()!.Value, lux - (1 / 1.2), lux + 0.001);
    }

    [Fact]
    public void The_bytes_of_a_tsl2561_are_those_of_its_datasheet()
    {
        using var meter = new Tsl2561(new SimulatedI2cDevice(1, 0x39, new SimulatedTsl2561(_time, id: 0x50) { Lux = 100 }, _recorder));

        // Power up, the part number, 402 ms with the high gain.
        Assert.Equal(["> 80 03", "> 8A", "< 50", "> 81 12"], Transfers());

        Assert.Null(meter.Read());
        Assert.Empty(Transfers());
        _time.Advance(meter.MeasuringTime);
        Assert.Equal(100, meter.Read()!.Value, 0.1);
        Assert.Equal(["> AC", "< A8 14", "> AE", "< 32 06"], Transfers());
    }

    [Fact]
    public void The_gain_of_a_tsl2561_follows_the_light()
    {
        var chip = new SimulatedTsl2561(_time, id: 0x50) { Lux = 5000 };
        using var meter = new Tsl2561(new SimulatedI2cDevice(1, 0x39, chip, _recorder));
        meter.Read();
        _time.Advance(meter.MeasuringTime);
        Transfers();
        Assert.Null(meter.Read());
        Assert.Equal("> 81 02", Transfers()[^1]);
        _time.Advance(meter.MeasuringTime);
        Assert.Equal(5000, meter.Read()!.Value, 5.0);

        chip.Lux = 20;
        _time.Advance(meter.MeasuringTime);
        Transfers();
        Assert.Null(meter.Read());
        Assert.Equal("> 81 12", Transfers()[^1]);
        _time.Advance(meter.MeasuringTime);
        Assert.Equal(20, meter.Read()!.Value, 0.1);
    }

    [Theory]
    [InlineData(0, 0, false, 0)]
    [InlineData(1000, 0, false, 30.4)]
    [InlineData(1000, 300, false, 18.909)]
    [InlineData(1000, 600, false, 3.8)]
    [InlineData(1000, 700, false, 2.09)]
    [InlineData(1000, 1000, false, 0.34)]
    [InlineData(1000, 1400, false, 0)]
    [InlineData(1000, 0, true, 31.5)]
    [InlineData(1000, 300, true, 20.509)]
    [InlineData(1000, 600, true, 5.44)]
    [InlineData(1000, 700, true, 3.1)]
    [InlineData(1000, 1000, true, 0.78)]
    [InlineData(1000, 1400, true, 0)]
    public void Counts_become_lux_by_the_formulas_of_the_package(double both, double infrared, bool isCs, double lux) =>
        Assert.Equal(lux, Tsl2561.Lux(both, infrared, isCs), 0.001);

    [Theory]
    [InlineData(0x10, true)]
    [InlineData(0x50, false)]
    public void The_part_number_names_the_package(byte id, bool isCs)
    {
        using var meter = new Tsl2561(new SimulatedI2cDevice(1, 0x39, new SimulatedTsl2561(_time, id) { Lux = 100 }, _recorder));
        meter.Read();
        _time.Advance(meter.MeasuringTime);

        Assert.Equal(isCs ? 108.46 : 100, meter.Read()!.Value, 0.1);
    }

    private string[] Transfers()
    {
        string[] transfers = [.. BusTransfers.Describe(_recorder)];
        _recorder.Clear();
        return transfers;
    }

    /// <summary>Holds a chip that can be replaced by one that has just been switched on.</summary>
    private sealed class Socket : ISimulatedPart
    {
        public required SimulatedBh1750 Chip { get; set; }

        public void Write(ReadOnlySpan<byte> data) => Chip.Write(data);

        public void Read(Span<byte> buffer) => Chip.Read(buffer);
    }
}
