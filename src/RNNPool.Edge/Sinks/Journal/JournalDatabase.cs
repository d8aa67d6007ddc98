using Microsoft.Data.Sqlite;
using RNNPool.Edge.Core;

namespace RNNPool.Edge.Sinks.Journal;

/// <summary>
/// The journal's SQLite database, opened for writing. A commit is on the disk when it returns (write-ahead log, synchronous). Not thread-safe;
/// every method may throw <see cref="SqliteException"/>. The format is described in docs/journal.md.
/// </summary>
internal sealed class JournalDatabase : IDisposable
{
    private static readonly StateDatabaseOptions s_options = new(
        Version: 1,
        """
        CREATE TABLE IF NOT EXISTS events (
          sequence INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL, type TEXT NOT NULL, time INTEGER NOT NULL, label TEXT NOT NULL,
          json TEXT NOT NULL, thumbnail BLOB);
        CREATE INDEX IF NOT EXISTS events_time ON events (time);
        CREATE INDEX IF NOT EXISTS events_id ON events (id);
        """
    );

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

    /// <summary>Opens the database and creates it when it does not exist.</summary>
    /// <exception cref="SqliteException">It cannot be opened or is damaged.</exception>
    /// <exception cref="InvalidDataException">A newer version of this program wrote it.</exception>
    public static JournalDatabase Open(string path) => new(StateDatabase.Open(path, s_options));

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
            StateDatabase.Execute(_connection, "PRAGMA incremental_vacuum;");
        return deleted;
    }

    public void Dispose()
    {
        _insert.Dispose();
        _connection.Dispose();
    }

    private long Number(string text) => StateDatabase.Number(_connection, text);

    private SqliteCommand Command(string text)
    {
        SqliteCommand command = _connection.CreateCommand();
        command.CommandText = text;
        return command;
    }
}
