namespace RNNPool.Edge.Testing;

/// <summary>A folder that exists as long as a test.</summary>
/// <param name="parent">Where it is; null for the folder of temporary files.</param>
internal sealed class TemporaryFolder(string? parent = null) : IDisposable
{
    public string Path { get; } =
        parent is null
            ? Directory.CreateTempSubdirectory("rnnpool-edge-").FullName
            : Directory.CreateDirectory(System.IO.Path.Combine(parent, $"rnnpool-edge-{Guid.NewGuid():N}")).FullName;

    public string File(string name, ReadOnlySpan<byte> content)
    {
        string path = System.IO.Path.Combine(Path, name);
        System.IO.File.WriteAllBytes(path, content);
        return path;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
