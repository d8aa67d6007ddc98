using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace RNNPool.Edge.Core;

/// <summary>
/// Replaces files so that a reader, and a machine that loses its power at any moment, finds either the old or the new content as a whole.
/// The bytes are flushed before the rename, and the folder after it, because the rename itself is only in the folder's cached data.
/// </summary>
internal static partial class AtomicFile
{
    private const int OpenFolderFlags = 0x80000; // O_RDONLY | O_CLOEXEC

    /// <summary>Writes a file, in the place of an earlier one.</summary>
    /// <param name="path">The file. The new content is first written to the same path with <c>.new</c> appended.</param>
    /// <param name="bytes">The content.</param>
    /// <param name="mode">Permissions; null for those of the earlier file, or the process's default when there is none.</param>
    /// <exception cref="IOException">The file cannot be written. The earlier file is unchanged.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not write the folder. The earlier file is unchanged.</exception>
    public static void Write(string path, ReadOnlySpan<byte> bytes, UnixFileMode? mode = null)
    {
        string full = Path.GetFullPath(path),
            temporary = full + ".new";
        try
        {
            Create(temporary, bytes, mode ?? (File.Exists(full) ? File.GetUnixFileMode(full) : null));
            Replace(temporary, full);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    /// <summary>
    /// Creates a file and flushes it to the disk, for a later <see cref="Replace"/>. An earlier file of that name is removed.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="bytes">The content.</param>
    /// <param name="mode">Permissions; null for the process's default.</param>
    public static void Create(string path, ReadOnlySpan<byte> bytes, UnixFileMode? mode)
    {
        // A new file: a link or a readable file placed here by another user must not receive the content.
        File.Delete(path);
        using var stream = new FileStream(
            path,
            new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                UnixCreateMode = mode,
            }
        );
        stream.Write(bytes);
        stream.Flush(flushToDisk: true);
    }

    /// <summary>Renames a file, in the place of another one of the same file system, and flushes the folder of the new name.</summary>
    /// <param name="source">A file whose content has been flushed.</param>
    /// <param name="destination">Its new name.</param>
    public static void Replace(string source, string destination)
    {
        File.Move(source, destination, overwrite: true);
        FlushFolder(Path.GetDirectoryName(Path.GetFullPath(destination))!);
    }

    /// <summary>Flushes the names in a folder to the disk. Does nothing where the file system or the permissions do not allow it.</summary>
    /// <param name="folder">The folder.</param>
    /// <returns>Whether the folder was flushed.</returns>
    public static bool FlushFolder(string folder)
    {
        using var handle = new SafeFileHandle(OpenFile(folder, OpenFolderFlags), ownsHandle: true);
        return !handle.IsInvalid && Flush(handle) == 0;
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenFile(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Flush(SafeFileHandle file);
}
