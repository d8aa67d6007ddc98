using System.ComponentModel;
using System.Runtime.InteropServices;

namespace RNNPool.Edge.Core;

/// <summary>
/// Lets root work with the rights of the user who may write what a command reads. Files that the command writes belong to that user, and
/// neither a link nor a setting of that user leads to files that the user may not access.
/// </summary>
internal static partial class OwnerOnly
{
    private const int CurrentFolder = -100,
        NoFollow = 0x100,
        StatusBytes = 256,
        UserOffset = 20,
        GroupOffset = 24,
        ModeOffset = 28; // AT_FDCWD, AT_SYMLINK_NOFOLLOW and struct statx of linux/stat.h
    private const uint ModeUserAndGroup = 0x2 | 0x8 | 0x10;
    private const int NameOffset = 0,
        HomeOffset = 32; // struct passwd of 64-bit Linux

    /// <summary>
    /// Drops root's rights permanently if this process has them and another user owns one of the paths. The process then has the groups of
    /// the owner of the first such path, and its home.
    /// </summary>
    /// <param name="paths">Files and folders, which may be absent. A link that another user wrote counts as that user's.</param>
    /// <exception cref="CommandException">The rights cannot be dropped.</exception>
    public static void DropPrivileges(params ReadOnlySpan<string> paths)
    {
        if (GetUser() != 0)
            return;
        foreach (string path in paths)
        {
            // A link of root is trusted, and the owner of what it leads to counts.
            Owner? found = Find(path, NoFollow) is { User: 0 } ? Find(path, flags: 0) : Find(path, NoFollow);
            if (found is not { User: not 0 } owner)
                continue;
            Become(owner, path);
            return;
        }
    }

    /// <summary>The id of the user who owns a file or folder; null when it does not exist.</summary>
    public static uint? FindUser(string path) => Find(path, NoFollow)?.User;

    /// <summary>Whether users besides the owner of a folder, who are not root, may create files in it.</summary>
    public static bool IsShared(string folder) =>
        Find(folder, NoFollow) is { } owner && ((owner.Mode & 0x2) != 0 || ((owner.Mode & 0x10) != 0 && owner.Group != 0));

    /// <summary>Whether this user owns a file or folder, and is not root.</summary>
    public static bool IsOwner(string path) => Find(path, NoFollow) is { User: not 0 } owner && owner.User == GetUser();

    private static Owner? Find(string path, int flags)
    {
        Span<byte> status = stackalloc byte[StatusBytes];
        status.Clear();
        return Statx(CurrentFolder, path, flags, ModeUserAndGroup, ref MemoryMarshal.GetReference(status)) != 0
            ? null
            : new Owner(
                MemoryMarshal.Read<uint>(status[UserOffset..]),
                MemoryMarshal.Read<uint>(status[GroupOffset..]),
                MemoryMarshal.Read<ushort>(status[ModeOffset..])
            );
    }

    private static void Become(Owner owner, string path)
    {
        nint account = GetAccount(owner.User);
        string? name = account == 0 ? null : Marshal.PtrToStringUTF8(Marshal.ReadIntPtr(account, NameOffset)),
            home = account == 0 ? null : Marshal.PtrToStringUTF8(Marshal.ReadIntPtr(account, HomeOffset));
        int groups = name is null ? SetGroups(0, 0) : InitializeGroups(name, owner.Group);
        if (groups != 0 || SetGroup(owner.Group) != 0 || SetUser(owner.User) != 0)
            throw Failed(path);

        // The folders of root are not those of the owner.
        Environment.SetEnvironmentVariable("HOME", home);
        foreach (string variable in new[] { "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_RUNTIME_DIR" })
            Environment.SetEnvironmentVariable(variable, null);
    }

    private static CommandException Failed(string folder) =>
        new(
            $"This cannot be done as the owner of {folder}: {new Win32Exception(Marshal.GetLastPInvokeError()).Message}.",
            "Run it as that user, for example with sudo -u."
        );

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(int folder, string path, int flags, uint mask, ref byte status);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint GetUser();

    [LibraryImport("libc", EntryPoint = "getpwuid")]
    private static partial nint GetAccount(uint user);

    [LibraryImport("libc", EntryPoint = "initgroups", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int InitializeGroups(string name, uint group);

    [LibraryImport("libc", EntryPoint = "setgroups", SetLastError = true)]
    private static partial int SetGroups(nint count, nint groups);

    [LibraryImport("libc", EntryPoint = "setgid", SetLastError = true)]
    private static partial int SetGroup(uint group);

    [LibraryImport("libc", EntryPoint = "setuid", SetLastError = true)]
    private static partial int SetUser(uint user);

    private readonly record struct Owner(uint User, uint Group, ushort Mode);
}
