using Xunit;

namespace RNNPool.Edge.Models.Tests.Vectors;

/// <summary>
/// tests/vectors, which the firmware's tests read too. With RNNPOOL_WRITE_VECTORS=1 in the environment the tests write the files
/// instead of comparing with them.
/// </summary>
internal static class VectorFolder
{
    public static string Root { get; } = Path.Combine(Repository(), "tests", "vectors");

    public static bool Writing { get; } = Environment.GetEnvironmentVariable("RNNPOOL_WRITE_VECTORS") == "1";

    /// <summary>Compares a file with what it must hold, byte for byte.</summary>
    public static void Check(string name, byte[] expected)
    {
        string path = Path.Combine(Root, name);
        if (Writing)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(path, expected);
        }

        Assert.True(File.Exists(path), $"{path} is missing; RNNPOOL_WRITE_VECTORS=1 writes it");
        byte[] actual = File.ReadAllBytes(path);
        int difference = actual.AsSpan().CommonPrefixLength(expected);
        Assert.True(
            difference == expected.Length && actual.Length == expected.Length,
            $"{path} differs at byte {difference} from what the interpreter computes"
        );
    }

    /// <summary>Fails when the folder holds files that no test knows.</summary>
    public static void CheckNames(string folder, string pattern, IEnumerable<string> expected) =>
        Assert.Equal(
            expected.Order(StringComparer.Ordinal),
            Directory.EnumerateFiles(Path.Combine(Root, folder), pattern).Select(Path.GetFileName).Order(StringComparer.Ordinal)!
        );

    /// <summary>The folder of the solution, above the one that the tests run from.</summary>
    public static string Repository()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "RNNPool.Edge.sln")))
            folder = Path.GetDirectoryName(folder);
        return folder ?? throw new InvalidOperationException($"There is no RNNPool.Edge.sln above {AppContext.BaseDirectory}.");
    }
}
