using Microsoft.Data.Sqlite;

namespace RNNPool.Edge.Sinks.Journal;

/// <summary>What SQLite's result codes mean for the journal (sqlite.org/rescode.html).</summary>
internal static class JournalFault
{
    public const int Corrupt = 11;

    private const int ReadOnly = 8,
        InputOutput = 10,
        Full = 13,
        CannotOpen = 14,
        NotADatabase = 26;

    /// <summary>Whether the file itself is damaged, so that only another one helps.</summary>
    public static bool IsDamage(SqliteException exception) => exception.SqliteErrorCode is Corrupt or NotADatabase;

    /// <summary>The cause as a sentence.</summary>
    public static string Describe(Exception exception, string path) =>
        exception switch
        {
            SqliteException { SqliteErrorCode: Full } => $"The disk of {path} is full.",
            SqliteException { SqliteErrorCode: InputOutput } => $"{path} cannot be read or written; its disk is full or failing.",
            SqliteException { SqliteErrorCode: ReadOnly } => $"{path} is read-only.",
            SqliteException { SqliteErrorCode: CannotOpen } => $"{path} cannot be opened; check that this user may write its folder.",
            SqliteException { SqliteErrorCode: Corrupt or NotADatabase } => $"{path} is damaged.",
            SqliteException sqlite => $"{path}: {sqlite.Message}",
            _ => exception.Message,
        };
}
