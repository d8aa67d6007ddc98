namespace RNNPool.Edge.Vision.Tests.Support;

/// <summary>Paths of files in the repository, wherever the tests were built.</summary>
internal static class RepositoryPath
{
    private static readonly Lazy<string> Root = new(FindRoot);

    public static string Of(params ReadOnlySpan<string> parts) => Path.Combine([Root.Value, .. parts]);

    private static string FindRoot()
    {
        for (string? folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, "RNNPool.Edge.sln")))
                return folder;
        }

        throw new InvalidOperationException($"RNNPool.Edge.sln is in no folder above {AppContext.BaseDirectory}.");
    }
}
