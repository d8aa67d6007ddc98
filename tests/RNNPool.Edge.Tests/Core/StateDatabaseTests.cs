using Microsoft.Data.Sqlite;
using RNNPool.Edge.Core;

namespace RNNPool.Edge.Tests.Core;

public sealed class StateDatabaseTests : IDisposable
{
    private static readonly StateDatabaseOptions s_options = new(3, "CREATE TABLE IF NOT EXISTS things (name TEXT)");

    private readonly string _folder = Directory.CreateTempSubdirectory("database-").FullName;

    private string File => Path.Combine(_folder, "state.db");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(true, 2)]
    [InlineData(false, 1)]
    public void Every_database_has_a_write_ahead_log_and_the_durability_that_was_chosen(bool flushes, long synchronous)
    {
        using SqliteConnection connection = StateDatabase.Open(File, s_options with { FlushesCommits = flushes, MaxPages = 100 });

        Assert.Equal(synchronous, StateDatabase.Number(connection, "PRAGMA synchronous"));
        Assert.Equal(2, StateDatabase.Number(connection, "PRAGMA auto_vacuum"));
        Assert.Equal(256, StateDatabase.Number(connection, "PRAGMA wal_autocheckpoint"));
        Assert.Equal(1048576, StateDatabase.Number(connection, "PRAGMA journal_size_limit"));
        Assert.Equal(100, StateDatabase.Number(connection, "PRAGMA max_page_count"));
        Assert.Equal(3, StateDatabase.Number(connection, "PRAGMA user_version"));
        Assert.True(System.IO.File.Exists(File + "-wal"));
    }

    [Fact]
    public void A_reader_sees_commits_while_the_writer_is_open()
    {
        using SqliteConnection writer = StateDatabase.Open(File, s_options);
        StateDatabase.Execute(writer, "INSERT INTO things VALUES ('one')");

        using SqliteConnection reader = StateDatabase.OpenReadOnly(File);
        Assert.Equal(1, StateDatabase.Number(reader, "SELECT count(*) FROM things"));
        SqliteException exception = Assert.Throws<SqliteException>(() => StateDatabase.Execute(reader, "DELETE FROM things"));
        Assert.True(StateDatabase.IsFailure(exception));
        Assert.False(StateDatabase.IsDamage(exception));
    }

    [Fact]
    public void An_exclusive_database_cannot_be_opened_twice()
    {
        using SqliteConnection first = StateDatabase.Open(File, s_options with { IsExclusive = true });

        SqliteException exception = Assert.Throws<SqliteException>(() =>
            StateDatabase.Open(File, s_options with { IsExclusive = true }).Dispose()
        );

        Assert.Equal(5, exception.SqliteErrorCode);
    }

    [Fact]
    public void A_file_of_a_newer_version_is_left_alone()
    {
        StateDatabase.Open(File, s_options with { Version = 4 }).Dispose();

        InvalidDataException exception = Assert.Throws<InvalidDataException>(() => StateDatabase.Open(File, s_options).Dispose());

        Assert.True(StateDatabase.IsFailure(exception));
        Assert.False(StateDatabase.IsDamage(exception));
        StateDatabase.Open(File, s_options with { Version = 4 }).Dispose();
    }

    [Fact]
    public void A_damaged_file_is_recognized_and_put_aside()
    {
        System.IO.File.WriteAllBytes(File, [.. Enumerable.Repeat((byte)'x', 8192)]);

        SqliteException exception = Assert.Throws<SqliteException>(() => StateDatabase.Open(File, s_options).Dispose());
        Assert.True(StateDatabase.IsDamage(exception));
        string aside = StateDatabase.PutAside(File);

        Assert.True(System.IO.File.Exists(aside));
        StateDatabase.Open(File, s_options).Dispose();
    }

    [Fact]
    public void Every_cause_names_the_file()
    {
        foreach (int code in (int[])[1, 5, 8, 10, 11, 13, 14, 26])
            Assert.Contains(File, StateDatabase.Describe(new SqliteException("message", code), File), StringComparison.Ordinal);
    }
}
