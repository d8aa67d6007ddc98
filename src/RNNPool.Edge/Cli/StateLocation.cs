using System.CommandLine;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using RNNPool.Edge.Core;
using RNNPool.Edge.Settings;

namespace RNNPool.Edge.Cli;

/// <summary>Finds the state folder of the device, for commands that read or change its files.</summary>
internal static class StateLocation
{
    /// <summary>The folder of the installed service.</summary>
    public const string OfService = "/var/lib/rnnpool-edge";

    /// <summary>The setting of the folder.</summary>
    public const string Key = $"{DeviceOptions.SectionName}:{nameof(DeviceOptions.StateFolder)}";

    /// <summary>The folders of the service and of this user, the likelier one first.</summary>
    public static IReadOnlyList<string> Defaults => Environment.IsPrivilegedProcess ? [OfService, Own] : [Own, OfService];

    /// <summary>Whether the environment names the folder.</summary>
    public static bool IsNamedByEnvironment =>
        new[] { StateFolder.Variable, StateFolder.UserVariable }.Any(name =>
            !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(name))
        );

    /// <summary>The folder of a device.</summary>
    public static string Find(TargetDevice device, string entry) => device.Running?.StateFolder ?? Find(device.Settings, entry);

    /// <summary>
    /// The folder of the settings; else the folder of the service or of this user that contains the entry, or that exists.
    /// </summary>
    public static string Find(DeviceSettings settings, string entry)
    {
        IReadOnlyList<string> folders = Candidates(settings);
        return folders.FirstOrDefault(folder => Path.Exists(Path.Combine(folder, entry)))
            ?? folders.FirstOrDefault(Directory.Exists)
            ?? (folders.Count == 1 ? folders[0] : Own);
    }

    /// <inheritdoc cref="Find(DeviceSettings, string)"/>
    public static string Find(SharedOptions shared, ParseResult result, string entry) => Find(shared.Load(result), entry);

    /// <summary>The possible folders, the likelier one first.</summary>
    public static IReadOnlyList<string> Candidates(DeviceSettings settings)
    {
        return settings.Values.GetValueOrDefault(Key).Value is { } named ? [named] : Defaults;
    }

    /// <summary>
    /// Drops the rights of root, in favour of the user who may write the configuration: its settings name files and addresses, and root
    /// must not read or send them for another user. The folder of the service remains the state folder of that user.
    /// </summary>
    /// <param name="named">The configuration file that the command line names; null for none.</param>
    /// <exception cref="CommandException">The rights cannot be dropped.</exception>
    public static void DropPrivileges(string? named)
    {
        string file = Path.GetFullPath(named ?? ConfigurationFile.Named ?? ConfigurationFile.Find()),
            folder = Path.GetDirectoryName(file) ?? "/";

        // The package gives /etc/rnnpool-edge to root and the group of the service.
        bool shared = folder == Path.GetDirectoryName(ConfigurationFile.OfSystem) && OwnerOnly.IsShared(folder);
        OwnerOnly.DropPrivileges(shared ? [folder, file, OfService] : [folder, file]);
    }

    /// <summary>Drops the rights of root, in favour of the owner of the state folder, and uses that folder.</summary>
    /// <param name="device">The device; the rights of a running one's user were taken when its settings were read.</param>
    /// <exception cref="CommandException">The rights cannot be dropped.</exception>
    public static void DropPrivileges(TargetDevice device)
    {
        if (device.Running is not null)
            return;
        if (Candidates(device.Settings).FirstOrDefault(Directory.Exists) is { } folder)
            OwnerOnly.DropPrivileges(folder);
        if (OwnerOnly.IsOwner(OfService) && string.IsNullOrEmpty(Environment.GetEnvironmentVariable(StateFolder.Variable)))
            Environment.SetEnvironmentVariable(StateFolder.Variable, OfService);
    }

    private static string Own => new StateFolder(Options.Create(new DeviceOptions()), NullLogger<StateFolder>.Instance).Path;
}
