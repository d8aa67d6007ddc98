using Microsoft.Data.Sqlite;

namespace RNNPool.Edge.Sinks.Journal;

/// <summary>
/// The journal's SQLite database, opened for writing. A commit is on the disk when it returns (write-ahead log, synchronous). Not thread-safe;
/// every method may throw <see cref="SqliteException"/>. The format is described in docs/journal.md.
/// </summary>
internal sealed class JournalDatabase : IDisposable
{
    private const int Version = 1;

    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _insert;

    private JournalDatabase(SqliteConnection connection)
    {
        _connection = connection;
        _insert = Command(
            "INSERT INTO events (id, type, time, label, json, thumbnail) VALUES ($id, $type, $time, $label, $json, $thumbnail)"
        );
        foreach (string name in new[] { "$id", "$type", "$label", "$json" })
            _insert.Parameters.Add(name, SqliteType.Text);
        _insert.Parameters.Add("$time", SqliteType.Integer);
        _insert.Parameters.Add("$thumbnail", SqliteType.Blob);
    }

    /// <summary>Bytes in use, without free pages.</summary>
    public long Bytes => (Number("PRAGMA page_count") - Number("PRAGMA freelist_count")) * Number("PRAGMA page_size");

    /// <summary>Opens the database, which is made when it does not exist, and checks it when it was not closed cleanly.</summary>
    /// <exception cref="SqliteException">It cannot be opened or is damaged.</exception>
    /// <exception cref="InvalidDataException">A newer version of this program made it.</exception>
    public static JournalDatabase Open(string path)
    {
        bool interrupted = File.Exists(path + "-wal");
        SqliteConnection connection = Connect(path, SqliteOpenMode.ReadWriteCreate);
        try
        {
            // Free pages can be given back later only if this comes before the first table.
            Execute(
                connection,
                "PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 1048576; PRAGMA wal_autocheckpoint = 256; PRAGMA cache_size = -512;"
            );
            if (interrupted)
                Check(connection);
            long version = Number(connection, "PRAGMA user_version");
            if (version > Version)
                throw new InvalidDataException(
                    $"The journal {path} has format {version}, which a newer version made; this one knows format {Version}."
                );
            Execute(
                connection,
                $"""
                CREATE TABLE IF NOT EXISTS events (
                  sequence INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL, type TEXT NOT NULL, time INTEGER NOT NULL, label TEXT NOT NULL, json TEXT NOT NULL, thumbnail BLOB);
                CREATE INDEX IF NOT EXISTS events_time ON events (time);
                CREATE INDEX IF NOT EXISTS events_id ON events (id);
                PRAGMA user_version = {Version};
                """
            );
            return new JournalDatabase(connection);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Opens a connection of its own to the database.</summary>
    internal static SqliteConnection Connect(string path, SqliteOpenMode mode)
    {
        var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder
            {
                DataSource = path,
                Mode = mode,
                Pooling = false,
                DefaultTimeout = 2,
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

    /// <summary>Keeps the entries, all or none of them.</summary>
    public void Insert(IEnumerable<(JournalEntry Entry, byte[]? Thumbnail)> entries)
    {
        using SqliteTransaction transaction = _connection.BeginTransaction();
        _insert.Transaction = transaction;
        foreach ((JournalEntry entry, byte[]? thumbnail) in entries)
        {
            _insert.Parameters["$id"].Value = entry.Id;
            _insert.Parameters["$type"].Value = entry.Type;
            _insert.Parameters["$time"].Value = entry.Time;
            _insert.Parameters["$label"].Value = entry.Label;
            _insert.Parameters["$json"].Value = entry.Json;
            _insert.Parameters["$thumbnail"].Value = thumbnail is null ? DBNull.Value : thumbnail;
            _insert.ExecuteNonQuery();
        }

        transaction.Commit();
    }

    /// <summary>Deletes what is too old, then the oldest until the rest is small enough, and gives the room back.</summary>
    /// <param name="oldest">Events before this time go.</param>
    /// <param name="maxBytes">Bytes that may stay in use.</param>
    /// <returns>How many events were deleted.</returns>
    public int Prune(DateTimeOffset oldest, long maxBytes)
    {
        using SqliteCommand byAge = Command("DELETE FROM events WHERE time < $oldest");
        byAge.Parameters.AddWithValue("$oldest", JournalEntry.Milliseconds(oldest));
        int deleted = byAge.ExecuteNonQuery();

        using SqliteCommand bySize = Command(
            "DELETE FROM events WHERE sequence IN (SELECT sequence FROM events ORDER BY sequence LIMIT max(1, (SELECT count(*) / 10 FROM events)))"
        );
        while (Bytes > maxBytes)
        {
            int fewer = bySize.ExecuteNonQuery();
            if (fewer == 0)
                break;
            deleted += fewer;
        }

        if (deleted > 0)
            Execute(_connection, "PRAGMA incremental_vacuum;");
        return deleted;
    }

    public void Dispose()
    {
        _insert.Dispose();
        _connection.Dispose();
    }

    private static void Check(SqliteConnection connection)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = "PRAGMA quick_check(1)";
        if (command.ExecuteScalar() is string answer && answer != "ok")
            throw new SqliteException(answer, JournalFault.Corrupt);
    }

    private static void Execute(SqliteConnection connection, string text)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = text;
        command.ExecuteNonQuery();
    }

    private static long Number(SqliteConnection connection, string text)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = text;
        return (long)command.ExecuteScalar()!;
    }

    private long Number(string text) => Number(_connection, text);

    private SqliteCommand Command(string text)
    {
        SqliteCommand command = _connection.CreateCommand();
        command.CommandText = text;
        return command;
    }
}
