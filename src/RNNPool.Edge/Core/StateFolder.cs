using Microsoft.Extensions.Options;

namespace RNNPool.Edge.Core;

/// <summary>
/// The folder for files that survive a restart. It is created at its first use, with access for its owner only. If it cannot be used, one
/// warning is logged, <see cref="Failure"/> holds the reason, and the device runs without stored state. Thread-safe.
/// </summary>
public sealed partial class StateFolder
{
    /// <summary>Environment variable that names the folder, which systemd sets.</summary>
    internal const string Variable = "STATE_DIRECTORY";

    /// <summary>Environment variable that names the folder of the state of this user's programs.</summary>
    internal const string UserVariable = "XDG_STATE_HOME";

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly Lazy<string?> _failure;

    /// <summary>Uses the folder of the settings, else the one that the environment names.</summary>
    public StateFolder(IOptions<DeviceOptions> options, ILogger<StateFolder> logger)
        : this(
            options.Value.StateFolder
                ?? Default(Environment.GetEnvironmentVariable, Environment.GetFolderPath(Environment.SpecialFolder.UserProfile)),
            logger
        ) { }

    /// <summary>Uses the given folder.</summary>
    /// <param name="path">An absolute path.</param>
    /// <param name="logger">Receives the reason when the folder cannot be used.</param>
    public StateFolder(string path, ILogger<StateFolder> logger)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        Path = path;
        _failure = new Lazy<string?>(() =>
        {
            string? failure = Prepare(path);
            if (failure is not null)
                LogUnusable(logger, failure);
            return failure;
        });
    }

    /// <summary>Path of the folder. Reading it does not create the folder.</summary>
    public string Path { get; }

    /// <summary>Why no file can be written, as one sentence; null when the folder is writable. Creates the folder.</summary>
    public string? Failure => _failure.Value;

    /// <summary>Whether files can be written. Creates the folder.</summary>
    public bool IsUsable => Failure is null;

    /// <summary>
    /// Returns the full path of a file in the folder, and creates the folder but not the file. Does not throw when the folder cannot be
    /// used; see <see cref="IsUsable"/>.
    /// </summary>
    /// <param name="name">A file name without folders.</param>
    public string File(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (name.Contains('/'))
            throw new ArgumentException("A file name has no slash.", nameof(name));
        _ = Failure;
        return System.IO.Path.Combine(Path, name);
    }

    /// <summary>The default folder: systemd's state directory, else the user's.</summary>
    /// <param name="environment">Reads an environment variable.</param>
    /// <param name="home">The user's home directory; may be empty.</param>
    internal static string Default(Func<string, string?> environment, string home)
    {
        // Systemd separates several state directories by colons.
        if (environment(Variable)?.Split(':')[0] is { Length: > 0 } ofUnit)
            return ofUnit;
        string? ofUser = environment(UserVariable);
        if (string.IsNullOrEmpty(ofUser) || !System.IO.Path.IsPathRooted(ofUser))
            ofUser = System.IO.Path.Combine(home.Length > 0 ? home : "/", ".local/state");
        return System.IO.Path.Combine(ofUser, "rnnpool-edge");
    }

    private static string? Prepare(string path)
    {
        try
        {
            Directory.CreateDirectory(path, OwnerOnly);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return $"The state folder {path} cannot be created: {exception.Message.TrimEnd('.')}. "
                + "Set Device:StateFolder to a folder that this user can write.";
        }

        try
        {
            FolderProbe.Write(path);
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return $"The state folder {path} cannot be written: {exception.Message.TrimEnd('.')}. "
                + "Give this user write permission, or set Device:StateFolder to another folder.";
        }
    }

    [LoggerMessage(1900, LogLevel.Warning, "{Reason} The journal, the outbox and the controls do not survive a restart.")]
    private static partial void LogUnusable(ILogger logger, string reason);
}
