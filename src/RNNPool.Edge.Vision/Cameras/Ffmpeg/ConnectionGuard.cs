using System.Net;
using System.Net.Sockets;
using RNNPool.Edge.Vision.Cameras.Processes;

namespace RNNPool.Edge.Vision.Cameras.Ffmpeg;

/// <summary>
/// Ends an ffmpeg that has followed a camera to another server. ffmpeg cannot be forbidden to follow a redirection within RTSP, but the
/// connection over which it was redirected, or over which it receives, is open as long as the stream: it is seen before the first frame.
/// </summary>
/// <param name="name">The source without credentials.</param>
/// <param name="server">The only server to which ffmpeg may connect; null for none.</param>
internal sealed class ConnectionGuard(string name, ServerAddress? server) : IProcessGuard
{
    private const int DnsPort = 53;
    private const string Resolvers = "/etc/resolv.conf";

    private readonly HashSet<IPAddress> _addresses = [];

    /// <inheritdoc/>
    public void Check(int processId)
    {
        foreach (IPEndPoint remote in Find(processId))
        {
            if (!IsServer(remote) && !IsResolver(remote))
                throw CreateRefusal(name, remote.ToString());
        }
    }

    /// <inheritdoc/>
    public void Dispose() { }

    /// <summary>The exception for a camera that leads to another server.</summary>
    public static CameraException CreateRefusal(string name, string address) =>
        new($"{name}: the camera redirects to {address}, which is not its own address; the stream was ended.")
        {
            Fix = "Write the final address of the stream into Camera:Source, or correct the settings of the camera.",
        };

    private IReadOnlyList<IPEndPoint> Find(int processId)
    {
        try
        {
            return SocketTable.FindRemotes(processId);
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new CameraException($"{name}: the connections of ffmpeg cannot be checked: {exception.Message.TrimEnd('.')}.", exception);
        }
    }

    private static bool IsResolver(IPEndPoint remote)
    {
        if (remote.Port != DnsPort)
            return false;
        try
        {
            return IsResolver(remote.Address, File.ReadLines(Resolvers));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Whether an address is that of a name server in the lines of <c>resolv.conf</c>.</summary>
    internal static bool IsResolver(IPAddress address, IEnumerable<string> lines) =>
        lines.Any(line =>
            line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries) is ["nameserver", var text, ..]
            && IPAddress.TryParse(text.Split('%')[0], out IPAddress? server)
            && address.Equals(server)
        );

    private bool IsServer(IPEndPoint remote)
    {
        if (server is not { } expected || remote.Port != expected.Port)
            return false;
        if (_addresses.Contains(remote.Address))
            return true;

        // A name can have other addresses than before.
        try
        {
            foreach (IPAddress address in Dns.GetHostAddresses(expected.Host))
                _addresses.Add(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : new IPAddress(address.GetAddressBytes()));
        }
        catch (SocketException)
        {
            return false;
        }

        return _addresses.Contains(remote.Address);
    }
}
