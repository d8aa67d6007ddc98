using RNNPool.Edge.Parts;

namespace RNNPool.Edge.Tests.Parts;

/// <summary>Texts in the rows of a display.</summary>
public sealed class DisplayTextTests
{
    [Theory]
    [InlineData("", 10, 2)]
    [InlineData("ten chars.", 10, 2, "ten chars.")]
    [InlineData("eleven char", 10, 2, "eleven", "char")]
    [InlineData("a word-that-is-too-long for it", 10, 4, "a", "word-that-", "is-too-lon", "g for it")]
    [InlineData("one two three four five", 10, 2, "one two", "three fo..")]
    [InlineData("one two", 3, 0)]
    [InlineData("  naïve →", 10, 1, "na?ve ?")]
    public void A_text_breaks_between_words_and_ends_with_points(string text, int columns, int rows, params string[] lines) =>
        Assert.Equal(lines, DisplayText.Wrap(text, columns, rows));
}
