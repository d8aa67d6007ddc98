using RNNPool.Edge.Models.Interpreter;
using Xunit;

namespace RNNPool.Edge.Models.Tests.Interpreter;

public sealed class FixedPointTests
{
    [Theory]
    [InlineData(1, 0x7FFFFFFF, 0)] // 0.4999999998
    [InlineData(3, 0x40000000, 1)] // 0.75
    [InlineData(2, 0x40000000, 1)] // 0.5 rounds up
    [InlineData(-2, 0x40000000, 0)] // -0.5 rounds up too
    [InlineData(-3, 0x40000000, -1)]
    [InlineData(int.MaxValue, int.MaxValue, 1073741823)]
    [InlineData(int.MinValue, int.MaxValue, -1073741823)]
    [InlineData(int.MinValue, 0, 0)]
    public void MulHi_rounds_half_up(int accumulator, int multiplier, int expected) =>
        Assert.Equal(expected, FixedPoint.MulHi(accumulator, multiplier));

    [Theory]
    [InlineData(128, 127)]
    [InlineData(-129, -128)]
    [InlineData(5, 5)]
    public void Saturate8_clamps(int value, int expected) => Assert.Equal(expected, FixedPoint.Saturate8(value));

    [Theory]
    [InlineData(40000, 32767)]
    [InlineData(-40000, -32768)]
    [InlineData(-5, -5)]
    public void Saturate16_clamps(int value, int expected) => Assert.Equal(expected, FixedPoint.Saturate16(value));
}
