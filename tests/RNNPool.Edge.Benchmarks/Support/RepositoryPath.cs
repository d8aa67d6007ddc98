namespace RNNPool.Edge.Benchmarks.Support;

/// <summary>Paths of files in the repository, from wherever BenchmarkDotNet builds and runs its copies.</summary>
internal static class RepositoryPath
{
    public static string Of(params ReadOnlySpan<string> parts)
    {
        for (string? folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, "RNNPool.Edge.sln")))
                return Path.Combine([folder, .. parts]);
        }

        throw new InvalidOperationException($"RNNPool.Edge.sln is in no folder above {AppContext.BaseDirectory}.");
    }
}
