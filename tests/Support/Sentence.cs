namespace RNNPool.Edge.Testing;

/// <summary>
/// Messages for people are asserted by the names and values that they must contain: keys, paths, numbers. Their words are in the snapshots.
/// </summary>
internal static class Sentence
{
    /// <summary>Asserts that a message contains every name and value of a list.</summary>
    /// <param name="message">The message.</param>
    /// <param name="values">Names and values, separated by <c>|</c>.</param>
    public static void AssertNames(string? message, string values)
    {
        Xunit.Assert.NotNull(message);
        foreach (string value in values.Split('|'))
            Xunit.Assert.Contains(value, message, StringComparison.Ordinal);
    }
}
