using RNNPool.Edge.Parts.Lcd;

namespace RNNPool.Edge.Tests.Parts.Lcd;

/// <summary>The model of the character display against the datasheet.</summary>
public sealed class SimulatedHd44780Tests
{
    private readonly SimulatedHd44780 _display = new();

    [Fact]
    public void The_start_sequence_ends_in_four_bits_from_every_state()
    {
        for (int nibblesBefore = 0; nibblesBefore < 3; nibblesBefore++)
        {
            Start();
            Command(0x28, 0x0C, 0x06, 0x01);
            Data("ready");
            Assert.Equal("ready", Line(0).TrimEnd());

            for (int i = 0; i < nibblesBefore; i++)
                Nibble(0x8, false);
        }
    }

    [Fact]
    public void Rows_three_and_four_continue_rows_one_and_two()
    {
        Start();
        Command(0x28, 0x0C, 0x06, 0x01, 0x80);
        Data(new string('a', 20) + new string('c', 20) + new string('b', 20) + new string('d', 20));

        Assert.Equal([new string('a', 20), new string('b', 20), new string('c', 20), new string('d', 20)], _display.Lines(20, 4));
        Data("x");
        Assert.Equal('x', Line(0)[0]);
    }

    [Fact]
    public void Instructions_move_clear_and_darken()
    {
        Start();
        Command(0x28, 0x0C, 0x06, 0x01, 0xC5);
        Data("hi");
        Assert.Equal("     hi", Line(1).TrimEnd());

        Command(0x02);
        Data("top");
        Command(0x04, 0x83);
        Data("ba");
        Assert.Equal("toab", Line(0).TrimEnd());

        Command(0x40);
        Data("zzzzzzzz");
        Assert.Equal("toab", Line(0).TrimEnd());

        Command(0x08);
        Assert.Equal("", Line(0).Trim());
        Command(0x0C, 0x01);
        Assert.Equal("", Line(0).Trim());
    }

    [Fact]
    public void One_line_mode_drives_one_row()
    {
        Start();
        Command(0x28, 0x0C, 0x06, 0x01, 0xC0);
        Data("low");
        Command(0x20);

        Assert.Equal("", Line(1).Trim());
    }

    [Fact]
    public void Pins_without_a_falling_edge_of_E_do_nothing_but_light_the_backlight()
    {
        Start();
        Command(0x28, 0x0C, 0x06, 0x01);
        _display.Write([0x49, 0x49, 0x48]);
        Assert.True(_display.IsLit);
        Assert.Equal("", Line(0).Trim());

        byte[] pins = new byte[1];
        _display.Read(pins);
        Assert.Equal(0x48, pins[0]);
        _display.Write([0x00]);
        Assert.False(_display.IsLit);
    }

    // Figure 24: three times 8 bits, then 4 bits.
    private void Start()
    {
        foreach (int nibble in (int[])[3, 3, 3, 2])
            Nibble(nibble, false);
    }

    private void Command(params byte[] values)
    {
        foreach (byte value in values)
        {
            Nibble(value >> 4, false);
            Nibble(value & 15, false);
        }
    }

    private void Data(string text)
    {
        foreach (char character in text)
        {
            Nibble(character >> 4, true);
            Nibble(character & 15, true);
        }
    }

    private void Nibble(int value, bool isData)
    {
        int pins = (value << 4) | 8 | (isData ? 1 : 0);
        _display.Write([(byte)(pins | 4), (byte)pins]);
    }

    private string Line(int row) => _display.Lines(16, 2)[row];
}
