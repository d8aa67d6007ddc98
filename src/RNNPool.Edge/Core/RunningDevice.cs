using System.Globalization;

namespace RNNPool.Edge.Core;

/// <summary>A process of this machine that runs a device.</summary>
/// <param name="Process">Its id.</param>
/// <param name="User">Name of its user.</param>
/// <param name="IsDemo">Whether it is a demonstration, which has a state folder of its own.</param>
/// <param name="StateFolder">Its state folder; null when this user may not see it, or when it has none.</param>
internal sealed record RunningDevice(int Process, string User, bool IsDemo, string? StateFolder)
{
    /// <summary>Lists the devices. The kernel states who holds a marker, so that no file can claim it.</summary>
    public static IReadOnlyList<RunningDevice> List() =>
        [
            .. MachineProcesses
                .List()
                .Where(MachineProcesses.IsDevice)
                .Select(process => new RunningDevice(
                    process,
                    MachineProcesses.UserName(OwnerOnly.FindUser(MachineProcesses.Folder(process)) ?? 0),
                    MachineProcesses.IsDemo(process),
                    MachineProcesses
                        .OpenFiles(process)
                        .Where(file => Path.GetFileName(file) == DeviceMarker.LockName)
                        .Select(Path.GetDirectoryName)
                        .FirstOrDefault()
                )),
        ];

    /// <summary>Finds the device that uses a state folder; null when there is none, or when this user may not see it.</summary>
    public static RunningDevice? FindUser(string folder) => FindUser(List(), folder);

    /// <inheritdoc cref="FindUser(string)"/>
    public static RunningDevice? FindUser(IEnumerable<RunningDevice> devices, string folder)
    {
        string resolved = Resolve(folder);
        return devices.FirstOrDefault(device => device.StateFolder == resolved);
    }

    /// <summary>Lets root work with the rights of the device's user, before it reads what that user may write.</summary>
    /// <exception cref="CommandException">The rights cannot be dropped.</exception>
    public void DropPrivileges()
    {
        if (StateFolder is not null)
            OwnerOnly.DropPrivileges(MachineProcesses.Folder(Process), StateFolder);
    }

    /// <inheritdoc/>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{MachineProcesses.Device} (process {Process}, user {User})");

    /// <summary>The kernel names open files without links.</summary>
    private static string Resolve(string folder)
    {
        try
        {
            return Directory.ResolveLinkTarget(folder, returnFinalTarget: true)?.FullName ?? Path.GetFullPath(folder);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return Path.GetFullPath(folder);
        }
    }
}
