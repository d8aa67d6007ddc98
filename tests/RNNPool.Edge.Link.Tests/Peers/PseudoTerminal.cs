using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace RNNPool.Edge.Link.Tests.Peers;

/// <summary>A pseudo-terminal whose far end is tied to a unix socket, as a serial adapter is to a device.</summary>
internal sealed partial class PseudoTerminal : IDisposable
{
    private const int OpenFlags = 0x2 | 0x100; // O_RDWR, O_NOCTTY

    private readonly SafeFileHandle _master;
    private readonly Socket _socket;

    public PseudoTerminal(string socketPath)
    {
        _master = new SafeFileHandle(OpenMaster(OpenFlags), ownsHandle: true);
        Assert.False(_master.IsInvalid);
        int master = (int)_master.DangerousGetHandle();
        Assert.Equal(0, Grant(master));
        Assert.Equal(0, Unlock(master));
        byte[] name = new byte[64];
        Assert.Equal(0, GetName(master, name, (nuint)name.Length));
        Path = Encoding.ASCII.GetString(name).TrimEnd('\0');
        _socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        _socket.Connect(new UnixDomainSocketEndPoint(socketPath));
        new Thread(FromTerminal) { IsBackground = true }.Start();
        new Thread(ToTerminal) { IsBackground = true }.Start();
    }

    public string Path { get; }

    /// <summary>Unplugs: the terminal hangs up.</summary>
    public void Dispose()
    {
        _socket.Dispose();
        _master.Dispose();
    }

    private void FromTerminal()
    {
        byte[] buffer = new byte[1024];
        try
        {
            while (true)
            {
                int count = RandomAccessRead(buffer);
                if (count > 0)
                    _socket.Send(buffer.AsSpan(0, count));
                else
                    Thread.Sleep(5); // no process has the terminal open
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // unplugged
        }
    }

    private void ToTerminal()
    {
        byte[] buffer = new byte[1024];
        try
        {
            for (int count = _socket.Receive(buffer); count > 0; count = _socket.Receive(buffer))
            for (int sent = 0; sent < count; )
                sent += Math.Max(0, (int)WriteFile(_master, buffer.AsSpan(sent, count - sent), (nuint)(count - sent)));
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // unplugged
        }
    }

    private int RandomAccessRead(byte[] buffer) => (int)ReadFile(_master, buffer, (nuint)buffer.Length);

    [LibraryImport("libc", EntryPoint = "posix_openpt", SetLastError = true)]
    private static partial int OpenMaster(int flags);

    [LibraryImport("libc", EntryPoint = "grantpt", SetLastError = true)]
    private static partial int Grant(int master);

    [LibraryImport("libc", EntryPoint = "unlockpt", SetLastError = true)]
    private static partial int Unlock(int master);

    [LibraryImport("libc", EntryPoint = "ptsname_r", SetLastError = true)]
    private static partial int GetName(int master, byte[] name, nuint size);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    private static partial nint ReadFile(SafeFileHandle handle, byte[] buffer, nuint count);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint WriteFile(SafeFileHandle handle, ReadOnlySpan<byte> bytes, nuint count);
}
