using RNNPool.Edge.Core;
using RNNPool.Edge.Settings;

namespace RNNPool.Edge.Cli;

/// <summary>
/// The device that a command is about: the one that the command line or the environment names, else the one that runs, else the one that
/// would run.
/// </summary>
/// <param name="Settings">Its settings.</param>
/// <param name="Running">The running device that was found; null when the command names its files, or when none was found.</param>
/// <param name="Hidden">A running device whose files this user may not see, in the place of one that was found; null for none.</param>
internal sealed record TargetDevice(DeviceSettings Settings, RunningDevice? Running, RunningDevice? Hidden = null)
{
    /// <summary>
    /// Finds the running device: the one that uses the folder of the service or of this user, else the only one whose state folder this
    /// user may see.
    /// </summary>
    /// <exception cref="CommandException">Several run, and none of them uses one of the two folders.</exception>
    public static RunningDevice? FindRunning()
    {
        List<RunningDevice> devices = [.. RunningDevice.List().Where(device => device is { IsDemo: false, StateFolder: not null })];
        foreach (string folder in StateLocation.Defaults)
        {
            if (RunningDevice.FindUser(devices, folder) is { } known)
                return known;
        }

        // An environment that names a folder means that folder.
        if (StateLocation.IsNamedByEnvironment)
            return null;
        return devices.Count <= 1
            ? devices.FirstOrDefault()
            : throw new CommandException(
                $"Several devices run: {string.Join(", ", devices.Select(device => $"{device} with {device.StateFolder}"))}.",
                "Name one with --config FILE or --set Device:StateFolder=FOLDER.",
                ExitCode.Usage
            );
    }

    /// <summary>The device that uses a state folder, which may be one that the command line names.</summary>
    public RunningDevice? FindUser(string folder) => Running ?? RunningDevice.FindUser(folder);

    /// <summary>Finds a running device of another user, whose files this user may not see; null for none.</summary>
    public static RunningDevice? FindHidden() =>
        Environment.IsPrivilegedProcess
            ? null
            : RunningDevice
                .List()
                .FirstOrDefault(device => device is { IsDemo: false, StateFolder: null } && device.User != Environment.UserName);

    /// <summary>The hidden device as a hint; null for none.</summary>
    public string? DescribeHidden() => Hidden is null ? null : $"{Hidden} runs with files that this user may not see; run this with sudo.";
}
