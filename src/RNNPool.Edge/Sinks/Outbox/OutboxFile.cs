using System.Globalization;
using Microsoft.Data.Sqlite;
using RNNPool.Edge.Core;

namespace RNNPool.Edge.Sinks.Outbox;

/// <summary>
/// The file of the outbox: a SQLite database with a write-ahead log, locked by one process at a time. A killed process loses no written
/// event; a power cut can lose events that the system had not flushed, because writes do not wait for the medium. Not thread-safe.
/// </summary>
internal sealed class OutboxFile : IDisposable
{
    /// <summary>Far above the limits on events; a last bound of 512 MiB against a full disk.</summary>
    public const int DefaultMaxPages = 131_072;

    private static readonly StateDatabaseOptions s_options = new(
        Version: 1,
        "CREATE TABLE IF NOT EXISTS outbox (number INTEGER PRIMARY KEY AUTOINCREMENT, time INTEGER NOT NULL, payload BLOB NOT NULL)"
    )
    {
        FlushesCommits = false,
        IsExclusive = true,
        AlwaysChecks = true,
    };

    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _insert;
    private readonly SqliteCommand _delete;

    private OutboxFile(SqliteConnection connection)
    {
        _connection = connection;
        _insert = connection.CreateCommand();
        _insert.CommandText = "INSERT OR REPLACE INTO outbox (number, time, payload) VALUES ($number, $time, $payload)";
        _insert.Parameters.Add("$number", SqliteType.Integer);
        _insert.Parameters.Add("$time", SqliteType.Integer);
        _insert.Parameters.Add("$payload", SqliteType.Blob);
        _delete = connection.CreateCommand();
        _delete.CommandText = "DELETE FROM outbox WHERE number <= $number";
        _delete.Parameters.Add("$number", SqliteType.Integer);
    }

    /// <summary>Opens or creates the file. A damaged file is renamed.</summary>
    /// <param name="path">Path of the file.</param>
    /// <param name="maxPages">Most pages of the database, of 4 KiB each.</param>
    /// <param name="putAside">New name of a damaged file; null if it was not damaged.</param>
    /// <exception cref="SqliteException">The file cannot be used.</exception>
    /// <exception cref="InvalidDataException">A newer version of this program wrote it.</exception>
    /// <exception cref="IOException">A damaged file cannot be renamed.</exception>
    public static OutboxFile Open(string path, int maxPages, out string? putAside)
    {
        putAside = null;
        try
        {
            return OpenOnce(path, maxPages);
        }
        catch (SqliteException exception) when (StateDatabase.IsDamage(exception))
        {
            putAside = StateDatabase.PutAside(path);
            return OpenOnce(path, maxPages);
        }
    }

    /// <summary>Reads all events, the oldest first.</summary>
    public IReadOnlyList<OutboxEvent> Read()
    {
        using SqliteCommand command = _connection.CreateCommand();
        command.CommandText = "SELECT number, time, payload FROM outbox ORDER BY number";
        using SqliteDataReader reader = command.ExecuteReader();
        var events = new List<OutboxEvent>();
        while (reader.Read())
            events.Add(
                new OutboxEvent(
                    reader.GetInt64(0),
                    DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(1)),
                    reader.GetFieldValue<byte[]>(2)
                )
            );
        return events;
    }

    /// <summary>The highest number that was ever used, including removed events.</summary>
    public long LastNumber()
    {
        using SqliteCommand command = _connection.CreateCommand();
        command.CommandText = "SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'outbox'), 0)";
        return Convert.ToInt64(command.ExecuteScalar(), CultureInfo.InvariantCulture);
    }

    public void Append(OutboxEvent outboxEvent)
    {
        _insert.Parameters[0].Value = outboxEvent.Number;
        _insert.Parameters[1].Value = outboxEvent.Time.ToUnixTimeMilliseconds();
        _insert.Parameters[2].Value = outboxEvent.Payload;
        _insert.ExecuteNonQuery();
    }

    /// <summary>Removes all events up to a number.</summary>
    public void RemoveThrough(long number)
    {
        _delete.Parameters[0].Value = number;
        _delete.ExecuteNonQuery();
    }

    /// <summary>Replaces all events of the file.</summary>
    public void Replace(IEnumerable<OutboxEvent> events)
    {
        using SqliteTransaction transaction = _connection.BeginTransaction();
        _insert.Transaction = _delete.Transaction = transaction;
        try
        {
            RemoveThrough(long.MaxValue);
            foreach (OutboxEvent outboxEvent in events)
                Append(outboxEvent);
            transaction.Commit();
        }
        finally
        {
            _insert.Transaction = _delete.Transaction = null;
        }
    }

    public void Dispose()
    {
        _insert.Dispose();
        _delete.Dispose();
        _connection.Dispose();
    }

    // Locked exclusively: a second device with the same folder would publish the same events again.
    private static OutboxFile OpenOnce(string path, int maxPages) => new(StateDatabase.Open(path, s_options with { MaxPages = maxPages }));
}
