using System.Globalization;
using System.Runtime.InteropServices;

namespace RNNPool.Edge.Vision.Cameras.V4l2;

/// <summary>The real kernel. 64-bit Linux only: the structures are laid out for it.</summary>
internal sealed partial class LinuxVideoKernel : IVideoKernel
{
    private const int OpenFlags = 0x2 | 0x800 | 0x80000; // O_RDWR, O_NONBLOCK, O_CLOEXEC
    private const int ReadWrite = 0x1 | 0x2; // PROT_READ, PROT_WRITE
    private const int Shared = 0x1; // MAP_SHARED
    private const short Readable = 0x1; // POLLIN

    public static LinuxVideoKernel Instance { get; } = new();

    public int Open(string path)
    {
        if (!OperatingSystem.IsLinux() || !Environment.Is64BitProcess)
            throw new CameraException("v4l2: needs 64-bit Linux.");
        return Result(OpenFile(path, OpenFlags));
    }

    public void Close(int descriptor) => _ = CloseFile(descriptor);

    public int Control(int descriptor, uint request, Span<byte> argument)
    {
        int result;
        do
        {
            result = Result(ControlDevice(descriptor, request, argument));
        } while (result == -ErrorNumber.Interrupted);
        return result;
    }

    public nint Map(int descriptor, uint offset, uint length)
    {
        nint address = MapMemory(0, length, ReadWrite, Shared, descriptor, (nint)offset);
        return address == -1 ? -Marshal.GetLastPInvokeError() : address;
    }

    public void Unmap(nint address, uint length) => _ = UnmapMemory(address, length);

    public int Wait(int descriptor, int milliseconds)
    {
        var entry = new PollEntry { Descriptor = descriptor, Wanted = Readable };
        int result = Result(Poll(ref entry, 1, milliseconds));
        return result == -ErrorNumber.Interrupted ? 0
            : result <= 0 ? result
            : entry.Found;
    }

    public IReadOnlyList<VideoNode> Nodes()
    {
        if (!Directory.Exists("/dev"))
            return [];
        ILookup<string, string> links = Links();
        return
        [
            .. Directory
                .EnumerateFileSystemEntries("/dev", "video*")
                .Where(path => int.TryParse(path.AsSpan("/dev/video".Length), NumberStyles.None, CultureInfo.InvariantCulture, out _))
                .Order(NaturalOrder.Instance)
                .Select(path => new VideoNode(path, NameOf(path), [.. links[path].Order(StringComparer.Ordinal)])),
        ];
    }

    private static ILookup<string, string> Links()
    {
        string[] folders = ["/dev/v4l/by-id", "/dev/v4l/by-path"];
        return folders
            .Where(Directory.Exists)
            .SelectMany(folder => Directory.EnumerateFileSystemEntries(folder))
            .ToLookup(link => File.ResolveLinkTarget(link, returnFinalTarget: true)?.FullName ?? link);
    }

    private static string NameOf(string path)
    {
        try
        {
            return File.ReadAllText($"/sys/class/video4linux/{Path.GetFileName(path)}/name").Trim();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    private static int Result(int result) => result < 0 ? -Marshal.GetLastPInvokeError() : result;

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenFile(string path, int flags);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int CloseFile(int descriptor);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int ControlDevice(int descriptor, nuint request, Span<byte> argument);

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    private static partial nint MapMemory(nint address, nuint length, int protection, int flags, int descriptor, nint offset);

    [LibraryImport("libc", EntryPoint = "munmap")]
    private static partial int UnmapMemory(nint address, nuint length);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static partial int Poll(ref PollEntry entry, nuint count, int milliseconds);

    [StructLayout(LayoutKind.Sequential)]
    private struct PollEntry
    {
        public int Descriptor;
        public short Wanted;
        public short Found;
    }
}
