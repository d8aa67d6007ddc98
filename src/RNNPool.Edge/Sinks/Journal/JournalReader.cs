using Microsoft.Data.Sqlite;
using RNNPool.Edge.Core;

namespace RNNPool.Edge.Sinks.Journal;

/// <summary>Reads the journal, also while a device writes it: every call opens its own connection.</summary>
public static class JournalReader
{
    /// <summary>Name of the journal in the state folder.</summary>
    public const string FileName = "journal.db";

    /// <summary>The newest entries that match the query, newest first.</summary>
    /// <exception cref="JournalException">The journal cannot be read.</exception>
    public static IReadOnlyList<JournalEntry> Read(string path, JournalQuery query)
    {
        ArgumentNullException.ThrowIfNull(query);
        return Query(
            path,
            """
            SELECT sequence, id, type, time, label, json FROM events
            WHERE sequence > $after AND time >= $since AND ($label IS NULL OR label = $label)
            ORDER BY sequence DESC LIMIT $limit
            """,
            command =>
            {
                command.Parameters.AddWithValue("$after", query.After ?? 0);
                command.Parameters.AddWithValue("$since", query.Since is { } since ? JournalEntry.Milliseconds(since) : long.MinValue);
                command.Parameters.AddWithValue("$label", (object?)query.Label ?? DBNull.Value);
                command.Parameters.AddWithValue("$limit", query.Limit);
                var entries = new List<JournalEntry>();
                using SqliteDataReader reader = command.ExecuteReader();
                while (reader.Read())
                    entries.Add(
                        new JournalEntry(
                            reader.GetInt64(0),
                            reader.GetString(1),
                            reader.GetString(2),
                            reader.GetInt64(3),
                            reader.GetString(4),
                            reader.GetString(5)
                        )
                    );
                return entries;
            }
        );
    }

    /// <summary>Reads the begins and ends of presences, the oldest first, one at a time.</summary>
    /// <param name="path">The journal.</param>
    /// <param name="since">Only events at or after this time.</param>
    /// <param name="label">Only events of this label; null for any.</param>
    /// <param name="read">Receives each event as JSON.</param>
    /// <exception cref="JournalException">The journal cannot be read.</exception>
    internal static void Scan(string path, DateTimeOffset since, string? label, Action<string> read) =>
        Query(
            path,
            """
            SELECT json FROM events
            WHERE time >= $since AND type IN ('new', 'end') AND ($label IS NULL OR label = $label) ORDER BY sequence
            """,
            command =>
            {
                command.Parameters.AddWithValue("$since", JournalEntry.Milliseconds(since));
                command.Parameters.AddWithValue("$label", (object?)label ?? DBNull.Value);
                using SqliteDataReader reader = command.ExecuteReader();
                int count = 0;
                for (; reader.Read(); count++)
                    read(reader.GetString(0));
                return count;
            }
        );

    /// <summary>A small copy of the picture of a presence, as JPEG; null when there is none.</summary>
    /// <param name="path">The journal.</param>
    /// <param name="id">Identity of the presence.</param>
    /// <exception cref="JournalException">The journal cannot be read.</exception>
    public static byte[]? Thumbnail(string path, string id) =>
        Find(
            path,
            id,
            """
            SELECT thumbnail FROM pictures WHERE id = $id
            UNION ALL SELECT thumbnail FROM events WHERE id = $id AND thumbnail IS NOT NULL LIMIT 1
            """
        ) as byte[];

    /// <summary>The whole picture of a presence, as JPEG; null when there is none.</summary>
    /// <inheritdoc cref="Thumbnail"/>
    public static byte[]? Picture(string path, string id) => Find(path, id, "SELECT whole FROM pictures WHERE id = $id") as byte[];

    /// <summary>The part of the picture that shows the presence, as JPEG; null when there is none.</summary>
    /// <inheritdoc cref="Thumbnail"/>
    public static byte[]? Crop(string path, string id) => Find(path, id, "SELECT crop FROM pictures WHERE id = $id") as byte[];

    /// <summary>What the picture of a presence shows, as JSON; null when there is none.</summary>
    /// <inheritdoc cref="Thumbnail"/>
    public static string? PictureFacts(string path, string id) => Find(path, id, "SELECT facts FROM pictures WHERE id = $id") as string;

    private static object? Find(string path, string id, string text) => Query(path, text, command =>
        {
            command.Parameters.AddWithValue("$id", id);
            return command.ExecuteScalar();
        });

    private static T Query<T>(string path, string text, Func<SqliteCommand, T> read)
    {
        try
        {
            using SqliteConnection connection = StateDatabase.OpenReadOnly(path);
            using SqliteCommand command = connection.CreateCommand();
            command.CommandText = text;
            return read(command);
        }
        catch (SqliteException exception)
        {
            throw new JournalException(StateDatabase.Describe(exception, path), exception);
        }
    }
}

/// <summary>The journal cannot be read; the message is a sentence with the reason.</summary>
public sealed class JournalException(string message, Exception innerException) : Exception(message, innerException);
