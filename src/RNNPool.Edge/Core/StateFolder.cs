using Microsoft.Extensions.Options;

namespace RNNPool.Edge.Core;

/// <summary>
/// The folder for what outlasts a restart. It is made on first use, for its owner alone. When it cannot be used the log says so once, and
/// <see cref="Failure"/> says why: parts that keep something there then do without, and the device runs on. Thread-safe.
/// </summary>
public sealed partial class StateFolder
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly Lazy<string?> _failure;

    /// <summary>Takes the folder of the settings, else the one that the environment names.</summary>
    public StateFolder(IOptions<DeviceOptions> options, ILogger<StateFolder> logger)
        : this(
            options.Value.StateFolder
                ?? Default(Environment.GetEnvironmentVariable, Environment.GetFolderPath(Environment.SpecialFolder.UserProfile)),
            logger
        ) { }

    /// <summary>Takes this very folder.</summary>
    /// <param name="path">An absolute path.</param>
    /// <param name="logger">For the sentence that it cannot be used.</param>
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

    /// <summary>The folder; not made by asking for it.</summary>
    public string Path { get; }

    /// <summary>Why nothing can be kept here, as one sentence; null when the folder can be written. Makes the folder.</summary>
    public string? Failure => _failure.Value;

    /// <summary>Whether files can be written here. Makes the folder.</summary>
    public bool IsUsable => Failure is null;

    /// <summary>
    /// The full path of a file in the folder, which is made; the file itself is not. Never throws for a folder that cannot be used; see
    /// <see cref="IsUsable"/>.
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

    /// <summary>Where state belongs when no setting says so: systemd's state directory, else the user's.</summary>
    /// <param name="environment">Reads an environment variable.</param>
    /// <param name="home">The user's home directory; may be empty.</param>
    internal static string Default(Func<string, string?> environment, string home)
    {
        // Systemd separates several state directories by colons.
        if (environment("STATE_DIRECTORY")?.Split(':')[0] is { Length: > 0 } ofUnit)
            return ofUnit;
        string? ofUser = environment("XDG_STATE_HOME");
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
            // Only an attempt shows it: permissions alone do not tell of read-only file systems.
            string probe = System.IO.Path.Combine(path, $".probe-{Environment.ProcessId}");
            new FileStream(probe, FileMode.Create, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose).Dispose();
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return $"The state folder {path} cannot be written: {exception.Message.TrimEnd('.')}. "
                + "Give this user write permission, or set Device:StateFolder to another folder.";
        }
    }

    [LoggerMessage(1900, LogLevel.Warning, "{Reason} The journal, the outbox and switches are not kept over a restart.")]
    private static partial void LogUnusable(ILogger logger, string reason);
}
