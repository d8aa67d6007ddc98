using System.ComponentModel;
using System.Runtime.InteropServices;

namespace RNNPool.Edge.Core;

/// <summary>
/// Lets root write to a folder with the rights of the folder's owner. The files belong to the owner, and a link that the owner has placed
/// there cannot lead to files that the owner may not access.
/// </summary>
internal static partial class OwnerOnly
{
    private const int CurrentFolder = -100,
        StatusBytes = 256,
        UserOffset = 20,
        GroupOffset = 24; // AT_FDCWD and struct statx of linux/stat.h
    private const uint UserAndGroup = 0x8 | 0x10;

    /// <summary>Drops root's rights permanently if this process has them and another user owns the folder.</summary>
    /// <exception cref="CommandException">The rights cannot be dropped.</exception>
    public static void DropPrivileges(string folder)
    {
        if (!Environment.IsPrivilegedProcess || !Directory.Exists(folder))
            return;
        Span<byte> status = stackalloc byte[StatusBytes];
        status.Clear();
        if (Statx(CurrentFolder, folder, 0, UserAndGroup, ref MemoryMarshal.GetReference(status)) != 0)
            throw Failed(folder);
        uint user = MemoryMarshal.Read<uint>(status[UserOffset..]),
            group = MemoryMarshal.Read<uint>(status[GroupOffset..]);
        if (user == 0)
            return;
        if (SetGroups(0, 0) != 0 || SetGroup(group) != 0 || SetUser(user) != 0)
            throw Failed(folder);
    }

    private static CommandException Failed(string folder) =>
        new(
            $"This cannot be done as the owner of {folder}: {new Win32Exception(Marshal.GetLastPInvokeError()).Message}.",
            "Run it as that user, for example with sudo -u."
        );

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(int folder, string path, int flags, uint mask, ref byte status);

    [LibraryImport("libc", EntryPoint = "setgroups", SetLastError = true)]
    private static partial int SetGroups(nint count, nint groups);

    [LibraryImport("libc", EntryPoint = "setgid", SetLastError = true)]
    private static partial int SetGroup(uint group);

    [LibraryImport("libc", EntryPoint = "setuid", SetLastError = true)]
    private static partial int SetUser(uint user);
}
