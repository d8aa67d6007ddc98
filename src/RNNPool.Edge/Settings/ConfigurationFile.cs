using RNNPool.Edge.Core;

namespace RNNPool.Edge.Settings;

/// <summary>
/// Chooses the configuration file: the one that the command line or the environment names, else the system's, else the user's, so that a
/// user without permission for the system's file can set a device up.
/// </summary>
internal static class ConfigurationFile
{
    /// <summary>The system's configuration file, which may be absent.</summary>
    public const string OfSystem = "/etc/rnnpool-edge/config.json";

    /// <summary>Names the configuration file in place of the system's.</summary>
    public const string Variable = SettingsLoader.EnvironmentPrefix + "CONFIG";

    /// <summary>The file that the environment names; null for none.</summary>
    public static string? Named => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } file ? file : null;

    /// <summary>The system's file or the user's, which may be absent.</summary>
    public static string Find() =>
        Find(OfSystem, Environment.GetEnvironmentVariable, Environment.GetFolderPath(Environment.SpecialFolder.UserProfile));

    /// <summary>Finds the file that a device may create, for a device that is set up on its page.</summary>
    /// <param name="named">The file that the command line names; null for none.</param>
    /// <exception cref="CommandException">The named file does not exist, and neither does its folder.</exception>
    public static string FindOrCreate(string? named)
    {
        if ((named ?? Named) is not { } file)
            return Find();
        string path = Path.GetFullPath(file);
        if (Directory.Exists(path))
            throw new CommandException($"The configuration file {path} is a folder.", "Check --config.", ExitCode.Configuration);
        return File.Exists(path) || Directory.Exists(Path.GetDirectoryName(path))
            ? path
            : throw new CommandException(
                $"The configuration file {path} does not exist, and neither does its folder.",
                "Check --config, or create the folder.",
                ExitCode.Configuration
            );
    }

    /// <inheritdoc cref="Find()"/>
    /// <param name="system">The system's file.</param>
    /// <param name="environment">Reads an environment variable.</param>
    /// <param name="home">The user's home directory; may be empty.</param>
    internal static string Find(string system, Func<string, string?> environment, string home)
    {
        string folder = Path.GetDirectoryName(system)!;
        if (Directory.Exists(folder) ? IsWritable(folder) : Environment.IsPrivilegedProcess)
            return system;
        string? ofUser = environment("XDG_CONFIG_HOME");
        if (string.IsNullOrEmpty(ofUser) || !Path.IsPathRooted(ofUser))
            ofUser = Path.Combine(home.Length > 0 ? home : "/", ".config");
        string own = Path.Combine(ofUser, "rnnpool-edge", "config.json");
        return File.Exists(own) || !File.Exists(system) ? own : system;
    }

    /// <summary>Whether files can be created in a folder. Permissions do not show a read-only file system, so a file is written.</summary>
    internal static bool IsWritable(string folder) => FindObstacle(folder) is null;

    /// <summary>Why no file can be created in a folder; null when one can.</summary>
    internal static string? FindObstacle(string folder)
    {
        try
        {
            FolderProbe.Write(folder);
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return exception.Message.TrimEnd('.');
        }
    }
}
