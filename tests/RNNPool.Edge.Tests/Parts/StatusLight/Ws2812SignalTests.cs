using System.Device.Spi;
using System.Drawing;
using Iot.Device.Ws28xx;
using RNNPool.Edge.Hardware.Buses;
using RNNPool.Edge.Parts.StatusLight;

namespace RNNPool.Edge.Tests.Parts.StatusLight;

/// <summary>The bytes on the data line, and the model of the chain that measures their pulses.</summary>
public sealed class Ws2812SignalTests
{
    [Fact]
    public void Each_bit_is_a_byte_green_first_between_two_resets()
    {
        var signal = new Ws2812Signal(1);

        signal.Set(0, new Rgb(0x81, 0x0F, 0xAA));

        byte[] expected = [.. Bits(0x0F), .. Bits(0x81), .. Bits(0xAA)];
        Assert.Equal(240 + 24 + 240, signal.Bytes.Length);
        Assert.Equal(expected, signal.Bytes[240..264].ToArray());
        Assert.Equal(-1, signal.Bytes[..240].IndexOfAnyExcept((byte)0));
        Assert.Equal(-1, signal.Bytes[264..].IndexOfAnyExcept((byte)0));

        // 240 bytes at 6.4 MHz are 300 microseconds; the datasheet requires 280.
        Assert.True(240 * 8 / 6.4 > 280);

        static IEnumerable<byte> Bits(int value)
        {
            for (int bit = 7; bit >= 0; bit--)
                yield return (byte)((value >> bit & 1) != 0 ? 0xF8 : 0xC0);
        }
    }

    [Theory]
    [InlineData(6.4e6, 0)]
    [InlineData(6.4e6, 1)]
    [InlineData(6.25e6, 0)]
    [InlineData(6.25e6, 1)]
    public void A_chain_reads_every_colour_with_and_without_idle_clocks(double clock, int idleClocks)
    {
        var random = new Random(1);
        var signal = new Ws2812Signal(64);
        var chain = new SimulatedWs2812(64, clock, idleClocks);
        for (int round = 0; round < 20; round++)
        {
            Rgb[] colors =
            [
                .. Enumerable.Range(0, 64).Select(_ => new Rgb((byte)random.Next(256), (byte)random.Next(256), (byte)random.Next(256))),
            ];
            for (int i = 0; i < colors.Length; i++)
                signal.Set(i, colors[i]);

            chain.Write(signal.Bytes);

            Assert.Equal(colors, chain.Colors);
            Assert.True(chain.IsLatched);
        }

        Assert.Equal(0, chain.Garbled);
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public void The_signal_of_the_binding_does_not_survive_idle_clocks(int idleClocks, bool survives)
    {
        var chain = new SimulatedWs2812(2, 2.4e6, idleClocks);
        using var device = new SimulatedSpiDevice(new SpiConnectionSettings(0, 0), chain, new BusRecorder());
        var binding = new Ws2812b(device, 2);
        binding.Image.SetPixel(0, 0, Color.FromArgb(255, 128, 3));
        binding.Image.SetPixel(1, 0, Color.FromArgb(0, 255, 0));

        binding.Update();

        Assert.Equal(survives, chain.Colors.SequenceEqual([new Rgb(255, 128, 3), new Rgb(0, 255, 0)]));
    }

    [Fact]
    public void A_chain_that_is_longer_keeps_its_last_colours_and_a_shorter_one_passes_the_rest_on()
    {
        var signal = new Ws2812Signal(2);
        signal.Set(0, Rgb.Red);
        signal.Set(1, Rgb.Blue);
        var longer = new SimulatedWs2812(3, 6.4e6, 0);
        var shorter = new SimulatedWs2812(1, 6.4e6, 0);

        longer.Write(signal.Bytes);
        shorter.Write(signal.Bytes);

        Assert.Equal([Rgb.Red, Rgb.Blue, default], longer.Colors);
        Assert.Equal([Rgb.Red], shorter.Colors);
    }

    [Fact]
    public void Pulses_out_of_range_are_counted_and_data_without_a_gap_are_not_latched()
    {
        var chain = new SimulatedWs2812(1, 6.4e6, 0);

        chain.Write([0xFF, 0x00, 0x80, 0x00, 0xC0, 0x00]);

        Assert.Equal(2, chain.Garbled);
        Assert.False(chain.IsLatched);
        chain.Write(new byte[240]);
        Assert.True(chain.IsLatched);
    }

    [Theory]
    [InlineData("#00ff00", 1, "#00ff00")]
    [InlineData("#ff8001", 0.2, "#331a01")]
    [InlineData("#FFFFFF", 0, "#000000")]
    public void Colours_are_scaled_and_written(string text, double factor, string expected) =>
        Assert.Equal(expected, Rgb.Parse(text).Scale(factor).ToString());
}
