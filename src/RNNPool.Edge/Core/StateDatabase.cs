using System.Globalization;
using Microsoft.Data.Sqlite;

namespace RNNPool.Edge.Core;

/// <summary>How a SQLite database of the state folder is opened for writing.</summary>
/// <param name="Version">Format version that this program writes (<c>PRAGMA user_version</c>).</param>
/// <param name="Schema">Creates tables and indexes where they are missing.</param>
internal sealed record StateDatabaseOptions(int Version, string Schema)
{
    /// <summary>
    /// Whether a commit waits for the disk. Without it a killed process loses nothing, but a power cut loses commits that the system had
    /// not flushed. Default true.
    /// </summary>
    public bool FlushesCommits { get; init; } = true;

    /// <summary>Whether other processes are locked out. Default false.</summary>
    public bool IsExclusive { get; init; }

    /// <summary>Whether the whole file is checked at every open, and not only after an unclean close. Default false.</summary>
    public bool AlwaysChecks { get; init; }

    /// <summary>Maximum size in pages of 4 KiB; null for SQLite's own limit.</summary>
    public int? MaxPages { get; init; }
}

/// <summary>
/// Opens the SQLite databases of the state folder, all with a write-ahead log and the same bounds on log and cache, and explains SQLite's
/// result codes (sqlite.org/rescode.html).
/// </summary>
internal static class StateDatabase
{
    private const int Busy = 5,
        ReadOnly = 8,
        InputOutput = 10,
        Corrupt = 11,
        Full = 13,
        CannotOpen = 14,
        NotADatabase = 26;

    private const int LockTimeoutSeconds = 2;

    /// <summary>Opens a database for writing and creates it when it does not exist.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">Format and durability.</param>
    /// <exception cref="SqliteException">It cannot be opened, or is damaged; see <see cref="IsDamage"/>.</exception>
    /// <exception cref="InvalidDataException">A newer version of this program wrote it.</exception>
    public static SqliteConnection Open(string path, StateDatabaseOptions options)
    {
        bool interrupted = File.Exists(path + "-wal");
        SqliteConnection connection = Connect(path, SqliteOpenMode.ReadWriteCreate);
        try
        {
            // Free pages can be returned later only if auto_vacuum is set before the first table is created.
            string limit = options.MaxPages is { } pages
                ? string.Create(CultureInfo.InvariantCulture, $"PRAGMA max_page_count = {pages};")
                : "";
            Execute(
                connection,
                $"""
                PRAGMA locking_mode = {(options.IsExclusive ? "EXCLUSIVE" : "NORMAL")};
                PRAGMA auto_vacuum = INCREMENTAL;
                PRAGMA journal_mode = WAL;
                PRAGMA synchronous = {(options.FlushesCommits ? "FULL" : "NORMAL")};
                PRAGMA journal_size_limit = 1048576;
                PRAGMA wal_autocheckpoint = 256;
                PRAGMA cache_size = -512;
                {limit}
                """
            );
            if (interrupted || options.AlwaysChecks)
                Check(connection);
            long version = Number(connection, "PRAGMA user_version");
            if (version > options.Version)
                throw new InvalidDataException(
                    $"{path} has format {version}, which a newer version of this program wrote; "
                        + $"this version reads format {options.Version}."
                );
            Execute(connection, $"{options.Schema}; PRAGMA user_version = {options.Version};");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Opens a database for reading, also while another process writes it.</summary>
    /// <exception cref="SqliteException">It cannot be opened.</exception>
    public static SqliteConnection OpenReadOnly(string path) => Connect(path, SqliteOpenMode.ReadOnly);

    /// <summary>Renames a damaged database, in the place of one that was put aside before, and removes its log.</summary>
    /// <returns>The new name.</returns>
    public static string PutAside(string path)
    {
        string aside = path + ".damaged";
        AtomicFile.Replace(path, aside);
        File.Delete(path + "-wal");
        File.Delete(path + "-shm");
        return aside;
    }

    /// <summary>Whether the exception means that the database cannot be used now.</summary>
    public static bool IsFailure(Exception exception) =>
        exception is SqliteException or InvalidDataException or IOException or UnauthorizedAccessException;

    /// <summary>Whether the file itself is damaged, so that only another file helps.</summary>
    public static bool IsDamage(Exception exception) => exception is SqliteException { SqliteErrorCode: Corrupt or NotADatabase };

    /// <summary>The cause as a sentence.</summary>
    public static string Describe(Exception exception, string path) =>
        exception switch
        {
            SqliteException { SqliteErrorCode: Full } => $"The disk of {path} is full.",
            SqliteException { SqliteErrorCode: InputOutput } => $"{path} cannot be read or written; its disk is full or failing.",
            SqliteException { SqliteErrorCode: Busy } => $"{path} is locked by another process.",
            SqliteException { SqliteErrorCode: ReadOnly } => $"{path} is read-only.",
            SqliteException { SqliteErrorCode: CannotOpen } => $"{path} cannot be opened; check that this user may write its folder.",
            SqliteException { SqliteErrorCode: Corrupt or NotADatabase } => $"{path} is damaged.",
            SqliteException sqlite => $"{path}: {sqlite.Message}",
            _ => exception.Message,
        };

    /// <summary>Runs a statement that has no result. The text must consist of constants and numbers.</summary>
    public static void Execute(SqliteConnection connection, string text)
    {
        using SqliteCommand command = Command(connection, text);
        command.ExecuteNonQuery();
    }

    /// <summary>Runs a statement whose result is one number. The text must consist of constants and numbers.</summary>
    public static long Number(SqliteConnection connection, string text)
    {
        using SqliteCommand command = Command(connection, text);
        return (long)command.ExecuteScalar()!;
    }

    private static SqliteConnection Connect(string path, SqliteOpenMode mode)
    {
        var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder
            {
                DataSource = path,
                Mode = mode,
                Pooling = false,
                DefaultTimeout = LockTimeoutSeconds,
            }.ToString()
        );
        try
        {
            connection.Open();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private static void Check(SqliteConnection connection)
    {
        using SqliteCommand command = Command(connection, "PRAGMA quick_check(1)");
        if (command.ExecuteScalar() is string answer && answer != "ok")
            throw new SqliteException(answer, Corrupt);
    }

    private static SqliteCommand Command(SqliteConnection connection, string text)
    {
        SqliteCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // Callers pass constants and numbers only.
        command.CommandText = text;
#pragma warning restore CA2100
        return command;
    }
}
