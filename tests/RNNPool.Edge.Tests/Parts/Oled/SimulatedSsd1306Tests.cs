using RNNPool.Edge.Parts.Oled;

namespace RNNPool.Edge.Tests.Parts.Oled;

/// <summary>The model of the panel against the datasheet.</summary>
public sealed class SimulatedSsd1306Tests
{
    private readonly SimulatedSsd1306 _panel = new();

    public SimulatedSsd1306Tests()
    {
        Command(0x8D, 0x14, 0xA1, 0xC8, 0xAF);
        Command(0x20, 0x00, 0x21, 0, 127, 0x22, 0, 7);
        Data(new byte[1024]);
    }

    [Fact]
    public void Horizontal_addressing_fills_a_window_row_by_row()
    {
        Command(0x21, 10, 12, 0x22, 2, 3);
        Data(0x01, 0x02, 0x80, 0x10, 0, 0, 0xFF);

        Assert.Equal([(10, 16), (10, 17), (10, 18), (10, 19), (10, 20), (10, 21), (10, 22), (10, 23), (10, 28), (11, 17), (12, 23)], Lit());
    }

    [Fact]
    public void Vertical_addressing_fills_a_window_column_by_column()
    {
        Command(0x20, 0x01, 0x21, 10, 11, 0x22, 2, 3);
        Data(0x01, 0x02, 0x04, 0x08, 0x10);

        Assert.Equal([(10, 20), (10, 25), (11, 18), (11, 27)], Lit());
    }

    [Fact]
    public void Page_addressing_stays_in_its_page()
    {
        Command(0x20, 0x02, 0xB5, 0x0E, 0x17);
        Data(0x01, 0x01, 0x01);

        Assert.Equal([(0, 40), (126, 40), (127, 40)], Lit());
    }

    [Fact]
    public void A_control_byte_with_continuation_precedes_each_byte()
    {
        _panel.Write([0x80, 0x21, 0x80, 5, 0x80, 6, 0x80, 0x22, 0x80, 0, 0x80, 0, 0x40, 0x01, 0x02]);

        Assert.Equal([(5, 0), (6, 1)], Lit());
    }

    [Fact]
    public void Arguments_may_arrive_in_a_transfer_of_their_own()
    {
        Command(0x21);
        Command(7);
        Command(7);
        Data(0x01);

        Assert.Equal([(7, 0)], Lit());
    }

    [Fact]
    public void A_module_without_remapping_is_turned()
    {
        Command(0xA0, 0xC0, 0x21, 3, 3, 0x22, 0, 0);
        Data(0x01);

        Assert.Equal([(124, 63)], Lit());
    }

    [Fact]
    public void Start_line_and_inversion_change_the_picture_and_not_the_memory()
    {
        Command(0x21, 3, 3, 0x22, 0, 0);
        Data(0x04);
        Command(0x40 | 2);
        Assert.Equal([(3, 0)], Lit());

        Command(0xA7);
        Assert.Equal((128 * 64) - 1, Lit().Count);

        Command(0xA6, 0x40, 0xA8, 0x1F);
        Assert.Equal([(3, 2)], Lit());
    }

    [Theory]
    [InlineData(0xAE)]
    [InlineData(0xA8, 0x01)]
    public void Rows_outside_of_the_multiplex_ratio_and_a_panel_that_is_off_are_dark(params int[] command)
    {
        Command(0x21, 3, 3, 0x22, 0, 0);
        Data(0x04);

        Command([.. command.Select(value => (byte)value)]);

        Assert.Empty(Lit());
    }

    [Fact]
    public void Without_the_charge_pump_the_panel_is_dark()
    {
        Command(0xA5);
        Assert.True(_panel.IsLit);

        Command(0x8D, 0x10);

        Assert.False(_panel.IsLit);
        Assert.Empty(Lit());
    }

    [Fact]
    public void The_status_byte_contains_whether_it_is_off()
    {
        byte[] status = new byte[1];
        _panel.Read(status);
        Assert.Equal(0, status[0] & 0x40);

        Command(0xAE);
        _panel.Read(status);
        Assert.Equal(0x40, status[0] & 0x40);
    }

    private void Command(params byte[] bytes) => _panel.Write([0x00, .. bytes]);

    private void Data(params byte[] bytes) => _panel.Write([0x40, .. bytes]);

    private List<(int X, int Y)> Lit()
    {
        PixelCanvas glass = _panel.Glass();
        return [.. from x in Enumerable.Range(0, glass.Width) from y in Enumerable.Range(0, glass.Height) where glass[x, y] select (x, y)];
    }
}
