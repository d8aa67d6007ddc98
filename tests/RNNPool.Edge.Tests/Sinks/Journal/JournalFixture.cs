using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using RNNPool.Edge.Core;
using RNNPool.Edge.Pipeline.Pictures;
using RNNPool.Edge.Sinks.Journal;
using RNNPool.Edge.Testing;
using RNNPool.Edge.Tests.Support;
using RNNPool.Edge.Vision.Presence;

namespace RNNPool.Edge.Tests.Sinks.Journal;

/// <summary>A journal in a folder of its own, in virtual time.</summary>
internal sealed class JournalFixture : IDisposable
{
    private readonly DeviceMetrics _metrics = new();

    public JournalFixture(JournalOptions? options = null, string? folder = null)
    {
        Folder = folder ?? Directory.CreateTempSubdirectory("journal-").FullName;
        Options = options ?? new JournalOptions();
        Images = new ImagePolicy(Device);
        Loops = new LoopSupervisor(Time, NullLogger<LoopSupervisor>.Instance);
        Journal = Open();
    }

    public string Folder { get; }

    public JournalOptions Options { get; }

    public JumpingTimeProvider Time { get; } = new(Samples.Noon.AddMinutes(1));

    public StaticLive<DeviceOptions> Device { get; } = new(new DeviceOptions());

    public ImagePolicy Images { get; }

    public LoopSupervisor Loops { get; }

    /// <summary>Whether the kernel reports that the clock is synchronized.</summary>
    public bool IsSynchronized { get; set; } = true;

    public RecordingLogger<EventJournal> Log { get; } = new();

    public EventJournal Journal { get; private set; }

    public string Path => System.IO.Path.Combine(Folder, JournalReader.FileName);

    public IReadOnlyList<JournalEntry> Entries => JournalReader.Read(Path, new JournalQuery(100_000));

    public async Task DeliverAsync(string id, bool occupied = true, DateTimeOffset? time = null)
    {
        PresenceEvent presenceEvent = Samples.Event(occupied ? PresenceEventKind.New : PresenceEventKind.End, id);
        if (time is { } other)
            presenceEvent = presenceEvent with { Time = other.UtcDateTime };
        await Journal.DeliverAsync(presenceEvent, TestContext.Current.CancellationToken);
    }

    /// <summary>A picture of a presence, as the encoder passes it on.</summary>
    public void Picture(string id, byte shade = 100, bool final = false) =>
        ((IPresencePictureUser)Journal).OnPicture(Samples.Picture(id, shade) with { IsFinal = final });

    public Task OpenAsync() => Journal.OpenAsync(TestContext.Current.CancellationToken).AsTask();

    public async Task RestartAsync()
    {
        Journal.Dispose();
        Journal = Open();
        await OpenAsync();
    }

    /// <summary>Changes bytes of the file without SQLite.</summary>
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
        new(
            new StateFolder(Folder, NullLogger<StateFolder>.Instance),
            new StaticLive<JournalOptions>(Options),
            Images,
            Loops,
            _metrics,
            Time,
            new ClockTrust(Time, () => IsSynchronized),
            Log
        );
}
