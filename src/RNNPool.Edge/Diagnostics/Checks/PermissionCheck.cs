using System.Runtime.InteropServices;
using Microsoft.Extensions.Options;
using RNNPool.Edge.Core;

namespace RNNPool.Edge.Diagnostics.Checks;

/// <summary>Checks whether this user may use the device files that the settings name.</summary>
internal sealed partial class PermissionCheck(IEnumerable<IDeviceFileSource> sources) : IDoctorCheck
{
    private const int ReadAndWrite = 4 | 2; // R_OK | W_OK of unistd.h

    public string Name => "permissions";

    public Task<CheckResult> RunAsync(CancellationToken cancellationToken) => Task.FromResult(Check([.. sources.SelectMany(Files)]));

    private static IReadOnlyList<DeviceFile> Files(IDeviceFileSource source)
    {
        try
        {
            return [.. source.DeviceFiles];
        }
        catch (OptionsValidationException)
        {
            // The check of that feature reports the setting.
            return [];
        }
    }

    private CheckResult Check(DeviceFile[] files)
    {
        if (files.Length == 0)
            return new CheckResult(Name, CheckOutcome.Off, "No device file is configured.");
        DeviceFile[] refused = [.. files.Where(file => File.Exists(file.Path) && Access(file.Path, ReadAndWrite) != 0)];
        if (refused.Length == 0)
        {
            string all = string.Join(", ", files.Select(file => file.Path));
            return new CheckResult(Name, CheckOutcome.Ok, $"Access to {all} is allowed, as far as the files exist.");
        }

        string groups = string.Join(',', refused.Select(file => file.Group).Distinct());
        return new CheckResult(
            Name,
            CheckOutcome.Failed,
            $"{Environment.UserName} may not read and write {string.Join(", ", refused.Select(file => file.Path))}.",
            $"Add the user to {groups} with 'sudo usermod -aG {groups} {Environment.UserName}' and log in again; for a service, use "
                + "SupplementaryGroups= of systemd."
        );
    }

    [LibraryImport("libc", EntryPoint = "access", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Access(string path, int mode);
}
