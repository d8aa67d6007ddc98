using Microsoft.Data.Sqlite;
using RNNPool.Edge.Core;

namespace RNNPool.Edge.Sinks.Journal;

/// <summary>
/// The journal's SQLite database, opened for writing. A commit is on the disk when it returns (write-ahead log, synchronous). Not
/// thread-safe; every method may throw <see cref="SqliteException"/>. The format is described in docs/journal.md.
/// </summary>
internal sealed class JournalDatabase : IDisposable
{
    private static readonly StateDatabaseOptions s_options = new(
        Version: 2,
        """
        CREATE TABLE IF NOT EXISTS events (
          sequence INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL, type TEXT NOT NULL, time INTEGER NOT NULL, label TEXT NOT NULL,
          json TEXT NOT NULL, thumbnail BLOB);
        CREATE INDEX IF NOT EXISTS events_time ON events (time);
        CREATE INDEX IF NOT EXISTS events_id ON events (id);
        CREATE INDEX IF NOT EXISTS events_thumbnail ON events (sequence) WHERE thumbnail IS NOT NULL;
        CREATE TABLE IF NOT EXISTS pictures (
          id TEXT PRIMARY KEY, facts TEXT NOT NULL, bytes INTEGER NOT NULL, thumbnail BLOB NOT NULL, crop BLOB NOT NULL,
          whole BLOB NOT NULL);
        CREATE TRIGGER IF NOT EXISTS events_deleted AFTER DELETE ON events WHEN old.type = 'new'
        BEGIN DELETE FROM pictures WHERE id = old.id; END;
        """
    );

    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _insert;
    private readonly SqliteCommand _insertPicture;

    private JournalDatabase(SqliteConnection connection)
    {
        _connection = connection;
        _insert = Command("INSERT INTO events (id, type, time, label, json) VALUES ($id, $type, $time, $label, $json)");
        foreach (string name in new[] { "$id", "$type", "$label", "$json" })
            _insert.Parameters.Add(name, SqliteType.Text);
        _insert.Parameters.Add("$time", SqliteType.Integer);
        _insertPicture = Command(
            """
            INSERT OR REPLACE INTO pictures (id, facts, bytes, thumbnail, crop, whole)
            SELECT $id, $facts, length($thumbnail) + length($crop) + length($whole), $thumbnail, $crop, $whole
            WHERE EXISTS (SELECT 1 FROM events WHERE id = $id)
            """
        );
        foreach (string name in new[] { "$id", "$facts" })
            _insertPicture.Parameters.Add(name, SqliteType.Text);
        foreach (string name in new[] { "$thumbnail", "$crop", "$whole" })
            _insertPicture.Parameters.Add(name, SqliteType.Blob);
    }

    /// <summary>Bytes in use, without free pages.</summary>
    public long Bytes => (Number("PRAGMA page_count") - Number("PRAGMA freelist_count")) * Number("PRAGMA page_size");

    /// <summary>Opens the database and creates it when it does not exist.</summary>
    /// <exception cref="SqliteException">It cannot be opened or is damaged.</exception>
    /// <exception cref="InvalidDataException">A newer version of this program wrote it.</exception>
    public static JournalDatabase Open(string path) => new(StateDatabase.Open(path, s_options));

    /// <summary>Number of the newest event that was ever stored; 0 before the first.</summary>
    public long LastSequence => Number("SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'events'), 0)");

    /// <summary>Whether there is a picture. Events of format 1 have one of their own.</summary>
    public bool HasPictures =>
        Number("SELECT EXISTS (SELECT 1 FROM pictures) OR EXISTS (SELECT 1 FROM events WHERE thumbnail IS NOT NULL)") != 0;

    /// <summary>Stores entries and pictures, all or none of them. A picture replaces the one before it of the same presence.</summary>
    /// <param name="entries">The entries.</param>
    /// <param name="pictures">The pictures.</param>
    /// <param name="unmatched">Receives the pictures that are not stored because no event has their identity.</param>
    public void Insert(IReadOnlyList<JournalEntry> entries, IReadOnlyList<JournalPicture> pictures, List<JournalPicture> unmatched)
    {
        if (entries.Count == 0 && pictures.Count == 0)
            return;
        using SqliteTransaction transaction = _connection.BeginTransaction();
        _insert.Transaction = _insertPicture.Transaction = transaction;
        foreach (JournalEntry entry in entries)
        {
            _insert.Parameters["$id"].Value = entry.Id;
            _insert.Parameters["$type"].Value = entry.Type;
            _insert.Parameters["$time"].Value = entry.Time;
            _insert.Parameters["$label"].Value = entry.Label;
            _insert.Parameters["$json"].Value = entry.Json;
            _insert.ExecuteNonQuery();
        }

        foreach (JournalPicture picture in pictures)
        {
            _insertPicture.Parameters["$id"].Value = picture.Id;
            _insertPicture.Parameters["$facts"].Value = picture.Facts;
            _insertPicture.Parameters["$thumbnail"].Value = picture.Thumbnail;
            _insertPicture.Parameters["$crop"].Value = picture.Crop;
            _insertPicture.Parameters["$whole"].Value = picture.Whole;
            if (_insertPicture.ExecuteNonQuery() == 0)
                unmatched.Add(picture);
        }

        transaction.Commit();
    }

    /// <summary>
    /// Deletes events that are too old. Then deletes the oldest pictures while pictures need more than half of the size, and the oldest
    /// events until the rest is small enough. Returns the free pages to the file system.
    /// </summary>
    /// <param name="earlier">The age of events of earlier runs; null while the wall clock is not trusted.</param>
    /// <param name="expired">Events up to this number are too old.</param>
    /// <param name="maxBytes">Bytes that may stay in use.</param>
    /// <returns>The number of deleted events.</returns>
    public int Prune(WallAge? earlier, long expired, long maxBytes)
    {
        if (earlier is { } age)
            expired = Math.Max(expired, FindExpired(age));
        using SqliteCommand byAge = Command("DELETE FROM events WHERE sequence <= $expired");
        byAge.Parameters.AddWithValue("$expired", expired);
        int deleted = byAge.ExecuteNonQuery();

        using SqliteCommand bySize = Command(
            """
            DELETE FROM events
            WHERE sequence IN (SELECT sequence FROM events ORDER BY sequence LIMIT max(1, (SELECT count(*) / 10 FROM events)))
            """
        );
        int pictures = PrunePictures(maxBytes / 2);
        while (Bytes > maxBytes)
        {
            int fewer = bySize.ExecuteNonQuery();
            if (fewer == 0)
                break;
            deleted += fewer;
        }

        if (deleted + pictures > 0)
            StateDatabase.Execute(_connection, "PRAGMA incremental_vacuum;");
        return deleted;
    }

    /// <summary>The number of the last event of earlier runs that is too old by the wall clock; 0 when there is none.</summary>
    /// <remarks>
    /// Events are numbered in the order of their age, so that an event is at most as old as the one before it. Where the clock was wrong
    /// when an event was stored, the events beside it decide: a time before the clock was set, or in the future, proves nothing, and a
    /// time that went back cannot make an event older than an earlier one that is young.
    /// </remarks>
    private long FindExpired(WallAge age)
    {
        using SqliteCommand command = Command(
            """
            SELECT max(sequence) FROM events
            WHERE sequence <= $last AND time >= $first AND time < $oldest
            AND sequence < coalesce((SELECT min(sequence) FROM events WHERE time >= $oldest AND time <= $now), $last + 1)
            """
        );
        command.Parameters.AddWithValue("$last", age.LastSequence);
        command.Parameters.AddWithValue("$first", JournalEntry.Milliseconds(ClockTrust.FirstPlausibleTime));
        command.Parameters.AddWithValue("$oldest", JournalEntry.Milliseconds(age.Now - age.MaxAge));
        command.Parameters.AddWithValue("$now", JournalEntry.Milliseconds(age.Now));
        return command.ExecuteScalar() is long last ? last : 0;
    }

    /// <summary>Deletes all pictures and overwrites their bytes, in the database and in its log.</summary>
    /// <returns>The number of deleted pictures.</returns>
    public int ErasePictures()
    {
        StateDatabase.Execute(_connection, "PRAGMA secure_delete = ON;");
        using SqliteCommand command = Command("UPDATE events SET thumbnail = NULL WHERE thumbnail IS NOT NULL");
        using SqliteCommand pictures = Command("DELETE FROM pictures");
        int erased = command.ExecuteNonQuery() + pictures.ExecuteNonQuery();
        StateDatabase.Execute(_connection, "PRAGMA secure_delete = OFF;");
        if (erased > 0)
            StateDatabase.Execute(_connection, "PRAGMA incremental_vacuum; PRAGMA wal_checkpoint(TRUNCATE);");
        return erased;
    }

    public void Dispose()
    {
        _insert.Dispose();
        _insertPicture.Dispose();
        _connection.Dispose();
    }

    private int PrunePictures(long maxBytes)
    {
        using SqliteCommand oldest = Command(
            """
            DELETE FROM pictures WHERE rowid IN
              (SELECT rowid FROM pictures ORDER BY rowid LIMIT max(1, (SELECT count(*) / 10 FROM pictures)))
            """
        );
        int deleted = 0;
        while (Number("SELECT coalesce(sum(bytes), 0) FROM pictures") > maxBytes)
            deleted += oldest.ExecuteNonQuery();
        return deleted;
    }

    private long Number(string text) => StateDatabase.Number(_connection, text);

    private SqliteCommand Command(string text)
    {
        SqliteCommand command = _connection.CreateCommand();
        command.CommandText = text;
        return command;
    }
}
