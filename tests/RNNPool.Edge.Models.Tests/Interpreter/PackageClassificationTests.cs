using RNNPool.Edge.Models.Interpreter;
using Xunit;

namespace RNNPool.Edge.Models.Tests.Interpreter;

public sealed class PackageClassificationTests
{
    [Theory]
    [InlineData(new short[] { 100, 100 }, 1, 32768)] // equal: one half
    [InlineData(new short[] { 0, 512 }, 1, 47911)] // sigmoid(1) * 65536 = 47911.2
    [InlineData(new short[] { 512, 0 }, 1, 17625)]
    [InlineData(new short[] { -32768, 32767 }, 1, 65514)] // the table ends at 8
    [InlineData(new short[] { 0, 512, 512, -5 }, 1, 32768)] // the first of equals
    [InlineData(new short[] { 0, -700, 512, 0 }, 2, 47911)] // against the likeliest other, whichever side it is on
    [InlineData(new short[] { -900, 0, -700, 512 }, 3, 47911)]
    [InlineData(new short[] { 9000, -5, -6, -4 }, 3, 22)] // nothing is there; of the rest the likeliest
    public void The_likeliest_class_but_the_first_is_scored_against_the_likeliest_other(short[] logits, int label, int score)
    {
        PackageClassification found = PackageClassification.Compute(logits, 9);
        Assert.Equal(label, found.Label);
        Assert.InRange(found.Score, score - 30, score + 30); // the table's error
    }
}
