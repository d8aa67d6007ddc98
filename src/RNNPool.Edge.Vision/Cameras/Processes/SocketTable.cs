using System.Globalization;
using System.Net;

namespace RNNPool.Edge.Vision.Cameras.Processes;

/// <summary>The TCP connections of a process, as the kernel lists them.</summary>
internal static class SocketTable
{
    private const int LocalColumn = 1,
        RemoteColumn = 2,
        StateColumn = 3,
        UserColumn = 7,
        InodeColumn = 9;

    private const string Listening = "0A"; // TCP_LISTEN

    /// <summary>The remote addresses of the process; none after its end.</summary>
    /// <exception cref="UnauthorizedAccessException">The process belongs to another user.</exception>
    public static IReadOnlyList<IPEndPoint> FindRemotes(int processId)
    {
        string folder = string.Create(CultureInfo.InvariantCulture, $"/proc/{processId}");
        try
        {
            HashSet<string> inodes = FindInodes(folder);
            return inodes.Count == 0
                ? []
                : [.. Parse(File.ReadLines(folder + "/net/tcp"), inodes), .. Parse(ReadIfExists(folder + "/net/tcp6"), inodes)];
        }
        catch (Exception exception) when (exception is IOException)
        {
            return []; // the process has ended
        }
    }

    /// <summary>The remote addresses of the sockets with these inodes in the lines of <c>/proc/net/tcp</c> or <c>tcp6</c>.</summary>
    internal static IEnumerable<IPEndPoint> Parse(IEnumerable<string> lines, IReadOnlySet<string> inodes)
    {
        foreach (string line in lines.Skip(1))
        {
            string[] columns = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (columns.Length > InodeColumn && columns[StateColumn] != Listening && inodes.Contains(columns[InodeColumn]))
                yield return ParseAddress(columns[RemoteColumn]);
        }
    }

    /// <summary>Whether a process of this user holds the other end of a connection over IPv4 within this machine.</summary>
    /// <param name="local">The address of this end, which the process has accepted.</param>
    /// <param name="remote">The address of the other end.</param>
    public static bool IsOfThisUser(IPEndPoint local, IPEndPoint remote) =>
        IsOfSameUser(File.ReadLines("/proc/self/net/tcp"), local, remote);

    /// <summary>Whether both ends of a connection belong to one user, by the lines of <c>/proc/net/tcp</c>.</summary>
    internal static bool IsOfSameUser(IEnumerable<string> lines, IPEndPoint local, IPEndPoint remote)
    {
        string? own = null,
            peer = null;
        foreach (string line in lines.Skip(1))
        {
            string[] columns = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);

            // A socket that its process has closed has no inode, and root as its user.
            if (columns.Length <= InodeColumn || columns[InodeColumn] == "0" || columns[StateColumn] == Listening)
                continue;
            (IPEndPoint from, IPEndPoint to) = (ParseAddress(columns[LocalColumn]), ParseAddress(columns[RemoteColumn]));
            if (from.Equals(local) && to.Equals(remote))
                own = columns[UserColumn];
            else if (from.Equals(remote) && to.Equals(local))
                peer = columns[UserColumn];
        }

        return own is not null && own == peer;
    }

    private static IEnumerable<string> ReadIfExists(string path) => File.Exists(path) ? File.ReadLines(path) : [];

    private static HashSet<string> FindInodes(string folder)
    {
        const string Prefix = "socket:[";
        var inodes = new HashSet<string>(StringComparer.Ordinal);
        foreach (string file in Directory.EnumerateFileSystemEntries(folder + "/fd"))
        {
            if (new FileInfo(file).LinkTarget is { } link && link.StartsWith(Prefix, StringComparison.Ordinal))
                inodes.Add(link[Prefix.Length..^1]);
        }

        return inodes;
    }

    // The kernel prints an address as words of 32 bits in the byte order of the machine.
    private static IPEndPoint ParseAddress(string text)
    {
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        byte[] bytes = Convert.FromHexString(text.AsSpan(0, colon));
        if (BitConverter.IsLittleEndian)
        {
            for (int i = 0; i < bytes.Length; i += 4)
                Array.Reverse(bytes, i, 4);
        }

        var address = new IPAddress(bytes);
        return new IPEndPoint(
            address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address,
            int.Parse(text.AsSpan(colon + 1), NumberStyles.HexNumber, CultureInfo.InvariantCulture)
        );
    }
}
