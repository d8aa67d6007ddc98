namespace RNNPool.Edge.Core;

/// <summary>
/// Creates a file in a folder to learn whether that is possible; permissions do not show a read-only or a full file system. Another user
/// who may write the folder cannot predict the name, and a link in its place is not followed.
/// </summary>
internal static class FolderProbe
{
    /// <summary>Creates a file, writes to it and deletes it.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="bytes">Bytes to write.</param>
    /// <exception cref="IOException">The file cannot be created or written.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not write the folder.</exception>
    public static void Write(string folder, int bytes = 0)
    {
        string path = Path.Combine(folder, $".rnnpool-edge-{Guid.NewGuid():N}");
        using var stream = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose);
        stream.Write(new byte[bytes]);
        stream.Flush();
    }
}
