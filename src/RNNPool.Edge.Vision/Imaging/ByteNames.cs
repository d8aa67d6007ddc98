using System.Runtime.InteropServices;
using System.Text;

namespace RNNPool.Edge.Vision.Imaging;

/// <summary>
/// Finds files whose names are not UTF-8. The names of Linux are bytes; .NET shows wrong ones as U+FFFD, and opens the bytes of that
/// character instead.
/// </summary>
internal static partial class ByteNames
{
    private const char Replacement = '\uFFFD';
    private const int LengthOffset = 16,
        NameOffset = 19; // struct dirent64 of glibc

    /// <summary>Finds the bytes of a path in which a wrong byte is shown as U+FFFD.</summary>
    /// <returns>The bytes with a zero at the end; null when the path has no such character, or when no file has such a name.</returns>
    /// <exception cref="IOException">Several files have such a name.</exception>
    public static byte[]? Find(string path)
    {
        if (!path.Contains(Replacement, StringComparison.Ordinal))
            return null;
        var found = new List<byte>();
        if (path.StartsWith('/'))
            found.Add((byte)'/');
        foreach (string part in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            byte[] name = Encoding.UTF8.GetBytes(part);
            if (part.Contains(Replacement, StringComparison.Ordinal))
            {
                List<byte[]> names = [.. List(found).Where(entry => Encoding.UTF8.GetString(entry) == part)];
                if (names.Count == 0)
                    return null;
                if (names.Count > 1)
                    throw new IOException("several files have this name except for bytes that are not UTF-8; rename them");
                name = names[0];
            }

            if (found.Count > 0 && found[^1] != '/')
                found.Add((byte)'/');
            found.AddRange(name);
        }

        return [.. found, 0];
    }

    /// <summary>The names in a folder; none when it cannot be read.</summary>
    private static List<byte[]> List(List<byte> folder)
    {
        var names = new List<byte[]>();
        nint stream = OpenFolder(folder.Count == 0 ? "."u8.ToArray().Append((byte)0).ToArray() : [.. folder, 0]);
        if (stream == 0)
            return names;
        try
        {
            for (nint entry = ReadFolder(stream); entry != 0; entry = ReadFolder(stream))
            {
                byte[] bytes = new byte[(ushort)Marshal.ReadInt16(entry, LengthOffset) - NameOffset];
                Marshal.Copy(entry + NameOffset, bytes, 0, bytes.Length);
                names.Add(bytes[..Array.IndexOf(bytes, (byte)0)]);
            }
        }
        finally
        {
            _ = CloseFolder(stream);
        }

        return names;
    }

    [LibraryImport("libc", EntryPoint = "opendir")]
    private static partial nint OpenFolder(byte[] path);

    [LibraryImport("libc", EntryPoint = "readdir64")]
    private static partial nint ReadFolder(nint stream);

    [LibraryImport("libc", EntryPoint = "closedir")]
    private static partial int CloseFolder(nint stream);
}
