using RNNPool.Edge.Tests.Support;

namespace RNNPool.Edge.Tests.Texts;

/// <summary>
/// The only places where the wording of texts is held, one file for each topic. Set UPDATE_TEXTS=1 to write the files again after a text
/// was changed on purpose, and read the difference as a user would.
/// </summary>
internal static class TextSnapshot
{
    /// <summary>Asserts that texts are those of a file in this folder.</summary>
    /// <param name="name">Name of the file.</param>
    /// <param name="texts">The texts, with a line break at the end.</param>
    public static void AssertMatches(string name, string texts)
    {
        string file = Path.Combine(Samples.Root, "tests/RNNPool.Edge.Tests/Texts", name);
        if (Environment.GetEnvironmentVariable("UPDATE_TEXTS") == "1")
            File.WriteAllText(file, texts);
        Assert.Equal(File.ReadAllText(file), texts);
    }
}
