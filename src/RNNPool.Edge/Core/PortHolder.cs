using System.Globalization;
using System.Net;

namespace RNNPool.Edge.Core;

/// <summary>The process that listens on a TCP port.</summary>
/// <param name="Process">Its id; null when this user may not see it.</param>
/// <param name="Program">Name of its program; null when this user may not see it.</param>
/// <param name="User">Name of its user.</param>
internal sealed record PortHolder(int? Process, string? Program, string User)
{
    private const string Listening = "0A";
    private const int LocalAddress = 1,
        State = 3,
        UserId = 7,
        Inode = 9; // columns of /proc/net/tcp

    /// <summary>Whether the program is this one.</summary>
    public bool IsDevice => Process is { } id && MachineProcesses.IsDevice(id);

    /// <summary>
    /// Whether it is this process, another device, or a process of the service's user that this user may not see: that can only be the
    /// device.
    /// </summary>
    public bool IsDeviceOrUnseen => Process is { } id ? id == Environment.ProcessId || IsDevice : User == MachineProcesses.Device;

    /// <summary>Finds the process that listens on an address or on its port of all addresses; null when there is none.</summary>
    public static PortHolder? Find(IPEndPoint address)
    {
        bool local = address.Address.Equals(IPAddress.Loopback);
        return Find(address.Port, text => local ? IsLoopbackOrAny(text) : true);
    }

    /// <summary>Finds the process that listens on a port of 127.0.0.1 or of all addresses; null when there is none.</summary>
    public static PortHolder? Find(int port) => Find(port, IsLoopbackOrAny);

    private static PortHolder? Find(int port, Func<string, bool> fits)
    {
        foreach (string file in (string[])["/proc/net/tcp", "/proc/net/tcp6"])
        {
            if (FindSocket(file, port, fits) is not (string inode, uint user))
                continue;
            string link = $"socket:[{inode}]";
            foreach (int process in MachineProcesses.List())
            {
                if (MachineProcesses.OpenFiles(process).Contains(link))
                    return new PortHolder(process, MachineProcesses.Name(process), MachineProcesses.UserName(user));
            }

            return new PortHolder(null, null, MachineProcesses.UserName(user));
        }

        return null;
    }

    /// <inheritdoc/>
    public override string ToString() =>
        Process is { } id
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"{(IsDevice ? MachineProcesses.Device : Program ?? "a program")} (process {id}, user {User})"
            )
            : $"a program of the user {User}";

    private static (string Inode, uint User)? FindSocket(string file, int port, Func<string, bool> fits)
    {
        string suffix = string.Create(CultureInfo.InvariantCulture, $":{port:X4}");
        try
        {
            foreach (string line in File.ReadLines(file))
            {
                string[] columns = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
                if (
                    columns.Length > Inode
                    && columns[State] == Listening
                    && columns[LocalAddress].EndsWith(suffix, StringComparison.Ordinal)
                    && fits(columns[LocalAddress][..^suffix.Length])
                    && uint.TryParse(columns[UserId], NumberStyles.None, CultureInfo.InvariantCulture, out uint user)
                )
                    return (columns[Inode], user);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Without /proc the holder stays unknown.
        }

        return null;
    }

    /// <summary>The last word of the address, little-endian: 127.0.0.1, the same mapped to IPv6, or zero.</summary>
    private static bool IsLoopbackOrAny(string address) =>
        address is [.., '0', '1', '0', '0', '0', '0', '7', 'F'] || address.Trim('0').Length == 0;
}
