using RNNPool.Edge.Parts.LightSensor;
using static RNNPool.Edge.Tests.Parts.InputBench;

namespace RNNPool.Edge.Tests.Parts.LightSensor;

public sealed class DarknessTests
{
    [Theory]
    [InlineData(9.9, true)]
    [InlineData(10, false)]
    public void The_first_measurement_decides_at_once(double lux, bool dark)
    {
        Darkness darkness = Create();

        darkness.Update(lux, Seconds(0));

        Assert.Equal(dark, darkness.IsDark);
    }

    [Fact]
    public void Between_the_limits_darkness_stays_as_it_was()
    {
        Darkness darkness = Create();
        Assert.Equal(
            [false, true, true, false, false],
            new[] { 15, 9, 19.9, 20.0, 15 }.Select(
                (lux, i) =>
                {
                    darkness.Update(lux, Seconds(100 * i));
                    return darkness.IsDark;
                }
            )
        );
    }

    [Fact]
    public void A_change_waits_for_the_least_time()
    {
        Darkness darkness = Create();
        darkness.Update(100, Seconds(0));
        Assert.True(darkness.Update(1, Seconds(1)));
        Assert.False(darkness.Update(100, Seconds(2)));
        Assert.False(darkness.Update(100, Seconds(30.9)));

        Assert.True(darkness.Update(100, Seconds(31)));
        Assert.False(darkness.IsDark);
    }

    [Fact]
    public void A_lamp_does_not_switch_itself_off()
    {
        Darkness darkness = Create(hasLamp: true);
        darkness.Update(2, Seconds(0));
        for (int i = 1; i < 100; i++)
            Assert.False(darkness.Update(152, Seconds(5 * i)));

        Assert.True(darkness.Update(171, Seconds(600)));
        Assert.False(darkness.IsDark);
    }

    [Fact]
    public void Light_that_came_with_the_lamp_and_is_gone_again_does_not_count_as_the_lamps()
    {
        Darkness darkness = Create(hasLamp: true);
        darkness.Update(2, Seconds(0));
        darkness.Update(500, Seconds(5));
        darkness.Update(30, Seconds(100));

        Assert.False(darkness.Update(45, Seconds(105)));
        Assert.True(darkness.Update(51, Seconds(110)));
    }

    [Fact]
    public void Without_a_lamp_all_light_counts()
    {
        Darkness darkness = Create();
        darkness.Update(2, Seconds(0));

        Assert.True(darkness.Update(152, Seconds(30)));
    }

    private static Darkness Create(bool hasLamp = false) => new(10, 20, Seconds(30), hasLamp);
}
