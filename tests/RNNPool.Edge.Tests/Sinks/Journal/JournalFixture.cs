using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using RNNPool.Edge.Core;
using RNNPool.Edge.Events;
using RNNPool.Edge.Sinks.Journal;
using RNNPool.Edge.Tests.Support;

namespace RNNPool.Edge.Tests.Sinks.Journal;

/// <summary>A journal in a folder of its own, in virtual time.</summary>
internal sealed class JournalFixture : IDisposable
{
    private readonly DeviceMetrics _metrics = new();

    public JournalFixture(JournalOptions? options = null, string? folder = null)
    {
        Folder = folder ?? Directory.CreateTempSubdirectory("journal-").FullName;
        Options = options ?? new JournalOptions();
        Journal = Open();
    }

    public string Folder { get; }

    public JournalOptions Options { get; }

    public FakeTimeProvider Time { get; } = new(Samples.Noon.AddMinutes(1));

    public RecordingLogger<EventJournal> Log { get; } = new();

    public EventJournal Journal { get; private set; }

    public string Path => System.IO.Path.Combine(Folder, JournalReader.FileName);

    public IReadOnlyList<JournalEntry> Entries => JournalReader.Read(Path, new JournalQuery(100_000));

    public async Task DeliverAsync(string id, bool occupied = true, DateTimeOffset? time = null)
    {
        DeviceEvent deviceEvent = Samples.DeviceEvent(occupied, id);
        if (time is { } other)
            deviceEvent = deviceEvent with { Message = deviceEvent.Message with { Time = other.UtcDateTime } };
        await Journal.DeliverAsync(deviceEvent, TestContext.Current.CancellationToken);
    }

    public Task OpenAsync() => Journal.OpenAsync(TestContext.Current.CancellationToken).AsTask();

    public async Task RestartAsync()
    {
        Journal.Dispose();
        Journal = Open();
        await OpenAsync();
    }

    /// <summary>Changes bytes of the file behind SQLite's back.</summary>
    public void Damage(long offset, int length)
    {
        using FileStream file = File.OpenWrite(Path);
        file.Position = offset;
        file.Write(Enumerable.Repeat((byte)0xA5, length).ToArray());
    }

    public void Execute(string text)
    {
        using var connection = new SqliteConnection($"Data Source={Path};Pooling=False");
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = text;
        command.ExecuteNonQuery();
    }

    public void Dispose()
    {
        Journal.Dispose();
        _metrics.Dispose();
        if (Directory.Exists(Folder))
            Directory.Delete(Folder, recursive: true);
    }

    private EventJournal Open() =>
        new(new StateFolder(Folder, NullLogger<StateFolder>.Instance), new StaticOptions<JournalOptions>(Options), _metrics, Time, Log);
}
