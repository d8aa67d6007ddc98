using System.Globalization;
using System.Text.Json;
using RNNPool.Edge.Cli;
using RNNPool.Edge.Cli.Watch;
using RNNPool.Edge.Core;
using RNNPool.Edge.Events;
using RNNPool.Edge.Sinks.Journal;
using RNNPool.Edge.Testing;
using RNNPool.Edge.Tests.Support;
using RNNPool.Edge.Vision.Presence;

namespace RNNPool.Edge.Tests.Sinks.Journal;

public sealed class EventJournalTests
{
    private const int Resumed = 1911;

    public static TheoryData<TimeSpan> Jumps => JumpingTimeProvider.Jumps;

    [Fact]
    public async Task Events_are_kept_as_they_left_the_device_and_survive_a_restart()
    {
        using var journal = new JournalFixture();
        await journal.OpenAsync();
        await journal.DeliverAsync("a");
        await journal.DeliverAsync("a", occupied: false);

        await journal.RestartAsync();
        await journal.DeliverAsync("b");
        journal.Journal.Commit();

        Assert.Equal([("b", "new"), ("a", "end"), ("a", "new")], journal.Entries.Select(entry => (entry.Id, entry.Type)));
        Assert.Equal(JsonSerializer.Serialize(Samples.Event(id: "b"), EventJson.Default.PresenceEvent), journal.Entries[0].Json);
        Assert.Equal([3L, 2, 1], journal.Entries.Select(entry => entry.Sequence));
    }

    [Fact]
    public async Task An_event_is_committed_half_a_second_after_it_came()
    {
        using var journal = new JournalFixture();
        await journal.OpenAsync();
        await journal.DeliverAsync("a");
        journal.Time.Advance(TimeSpan.FromSeconds(0.4));
        await journal.DeliverAsync("b");
        Assert.Empty(journal.Entries);

        journal.Time.Advance(TimeSpan.FromSeconds(0.1));

        await Wait.UntilAsync(() => journal.Entries.Count == 2, "both events");
    }

    [Fact]
    public async Task A_flood_is_committed_without_waiting()
    {
        using var journal = new JournalFixture();
        await journal.OpenAsync();

        for (int i = 0; i < 300; i++)
            await journal.DeliverAsync($"{i}");

        // Fewer events than a batch may wait.
        Assert.InRange(journal.Entries.Count, 300 - 127, 300);
    }

    [Fact]
    public async Task Time_label_and_number_choose_events()
    {
        using var journal = new JournalFixture();
        await journal.OpenAsync();
        for (int i = 0; i < 5; i++)
            await journal.DeliverAsync(i.ToString(CultureInfo.InvariantCulture), time: Samples.Noon.AddSeconds(i));
        journal.Journal.Commit();
        string[] Ids(JournalQuery query) => [.. JournalReader.Read(journal.Path, query).Select(entry => entry.Id)];

        Assert.Equal(["4", "3"], Ids(new JournalQuery(2)));
        Assert.Equal(["4", "3"], Ids(new JournalQuery(10, Since: Samples.Noon.AddSeconds(3))));
        Assert.Equal(["4"], Ids(new JournalQuery(10, After: 4)));
        Assert.Equal(5, Ids(new JournalQuery(10, Label: "face")).Length);
        Assert.Empty(Ids(new JournalQuery(10, Label: "' OR 1=1 --")));
    }

    [Fact]
    public async Task Old_events_are_deleted()
    {
        using var journal = new JournalFixture(new JournalOptions { MaxAge = TimeSpan.FromHours(1) });
        await journal.OpenAsync();
        await CommitAsync(journal, "old");
        journal.Time.Advance(TimeSpan.FromMinutes(30));
        await CommitAsync(journal, "fresh");
        Assert.Equal(2, journal.Entries.Count);

        journal.Time.Advance(TimeSpan.FromMinutes(32));
        await Wait.UntilAsync(() => journal.Entries.Count == 1, "the old event is deleted without another event");
        Assert.Equal("fresh", journal.Entries[0].Id);
    }

    [Fact]
    public async Task Events_of_earlier_runs_are_deleted_by_the_wall_clock()
    {
        using var journal = new JournalFixture(new JournalOptions { MaxAge = TimeSpan.FromDays(1) });
        await journal.OpenAsync();
        await journal.DeliverAsync("old", time: journal.Time.GetUtcNow().AddDays(-1).AddMinutes(-1));
        await journal.DeliverAsync("fresh", time: journal.Time.GetUtcNow());

        await journal.RestartAsync();
        Assert.Equal(2, journal.Entries.Count);
        journal.Time.Advance(ClockTrust.Grace + TimeSpan.FromMinutes(1));

        await Wait.UntilAsync(() => journal.Entries.Count == 1, "the old event is deleted when the clock is trusted");
        Assert.Equal("fresh", journal.Entries[0].Id);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_clock_that_jumps_deletes_no_event_of_earlier_runs_before_it_is_trusted(bool synchronized)
    {
        using var journal = new JournalFixture(new JournalOptions { MaxAge = TimeSpan.FromDays(30) }) { IsSynchronized = synchronized };
        TimeSpan grace = synchronized ? ClockTrust.Grace : ClockTrust.UnsynchronizedGrace;
        await journal.OpenAsync();
        await journal.DeliverAsync("earlier", time: journal.Time.GetUtcNow());
        await journal.RestartAsync();
        journal.Time.Advance(ClockTrust.UnsynchronizedGrace);

        journal.Time.Jump(TimeSpan.FromDays(60));
        await MaintainAsync(journal, "during");
        journal.Time.Advance(grace - TimeSpan.FromMinutes(4));
        await MaintainAsync(journal, "still");
        Assert.Equal(3, journal.Entries.Count);
        journal.Time.Jump(TimeSpan.FromDays(-60));
        await MaintainAsync(journal, "after");
        journal.Time.Advance(ClockTrust.UnsynchronizedGrace);
        await MaintainAsync(journal, "later");
        Assert.Equal(5, journal.Entries.Count);

        journal.Time.Jump(TimeSpan.FromDays(60));
        await MaintainAsync(journal, "set");
        journal.Time.Advance(grace);
        await MaintainAsync(journal, "last");
        Assert.DoesNotContain(journal.Entries, entry => entry.Id == "earlier");
        Assert.Equal(6, journal.Entries.Count);
    }

    [Fact]
    public async Task Times_of_a_wrong_clock_are_not_compared_with_the_right_one()
    {
        using var journal = new JournalFixture(new JournalOptions { MaxAge = TimeSpan.FromDays(30) });
        await journal.OpenAsync();
        DateTimeOffset now = journal.Time.GetUtcNow();
        await journal.DeliverAsync("unset, expired", time: DateTimeOffset.UnixEpoch);
        await journal.DeliverAsync("future, expired", time: now.AddDays(60));
        await journal.DeliverAsync("expired", time: now.AddDays(-31));
        await journal.DeliverAsync("unset", time: DateTimeOffset.UnixEpoch);
        await journal.DeliverAsync("future", time: now.AddDays(60));
        await journal.DeliverAsync("young", time: now.AddDays(-1));
        await journal.DeliverAsync("set back", time: now.AddDays(-61));
        await journal.RestartAsync();

        journal.Time.Advance(ClockTrust.Grace + TimeSpan.FromMinutes(1));

        await Wait.UntilAsync(() => journal.Entries.Count == 4, "only what is certainly old is deleted");
        Assert.Equal(["set back", "young", "future", "unset"], journal.Entries.Select(entry => entry.Id));
    }

    [Theory]
    [MemberData(nameof(Jumps))]
    public async Task A_clock_that_is_set_deletes_no_event_of_this_run(TimeSpan jump)
    {
        using var journal = new JournalFixture(new JournalOptions { MaxAge = TimeSpan.FromMinutes(10) });
        await journal.OpenAsync();
        await journal.DeliverAsync("before", time: journal.Time.GetUtcNow());
        journal.Journal.Commit();
        journal.Time.Jump(jump);
        journal.Time.Advance(TimeSpan.FromMinutes(2));
        await journal.DeliverAsync("after", time: journal.Time.GetUtcNow());
        journal.Journal.Commit();
        Assert.Equal(["after", "before"], journal.Entries.Select(entry => entry.Id));

        journal.Time.Advance(TimeSpan.FromMinutes(9));
        await Wait.UntilAsync(() => journal.Entries.Count == 1, "the age of the first event is monotonic");
        Assert.Equal("after", journal.Entries[0].Id);
    }

    [Fact]
    public void A_full_queue_drops_its_oldest_event_even_while_others_are_being_committed()
    {
        var pending = new PendingEntries(3);
        foreach (string id in new[] { "a", "b", "c" })
            pending.Add(Entry(id));
        List<JournalEntry> batch = pending.TakeAll();
        foreach (string id in new[] { "d", "e" })
            pending.Add(Entry(id));

        pending.Return(batch);

        Assert.Equal(["c", "d", "e"], pending.TakeAll().Select(entry => entry.Id));
        Assert.Equal(2, pending.Dropped);

        static JournalEntry Entry(string id) => JournalEntry.From(Samples.Event(id: id));
    }

    [Fact]
    public async Task Thumbnails_are_deleted_within_a_second_after_pictures_are_no_longer_allowed()
    {
        using var journal = new JournalFixture();
        journal.Device.Current = new DeviceOptions { AllowImages = true };
        await journal.OpenAsync();
        await CommitAsync(journal, "a");
        byte[] picture = [0xFF, 0xD8, 0xFF, 0xE0, .. Enumerable.Repeat((byte)7, 3000)];
        journal.Execute($"UPDATE events SET thumbnail = x'{Convert.ToHexString(picture)}'");
        await journal.RestartAsync();
        IImageHolder holder = journal.Journal;
        Assert.True(holder.HoldsImages);
        Assert.Equal(picture, JournalReader.Thumbnail(journal.Path, "a"));

        journal.Device.Current = new DeviceOptions { AllowImages = false };

        await Wait.UntilAsync(() => !holder.HoldsImages, "the thumbnails are deleted, without any virtual time");
        Assert.Null(JournalReader.Thumbnail(journal.Path, "a"));
        Assert.Single(journal.Entries);
        journal.Journal.Dispose();
        Assert.All(Directory.GetFiles(journal.Folder), file => Assert.False(JpegScan.ContainsPicture(file), file));
    }

    [Fact]
    public async Task Thumbnails_are_deleted_at_the_start_when_pictures_are_not_allowed()
    {
        using var journal = new JournalFixture();
        await journal.OpenAsync();
        await CommitAsync(journal, "a");
        journal.Execute("UPDATE events SET thumbnail = x'FFD8FFE0'");

        await journal.RestartAsync();

        Assert.Null(JournalReader.Thumbnail(journal.Path, "a"));
    }

    [Fact]
    public async Task The_oldest_events_make_room_when_the_journal_is_too_large()
    {
        using var journal = new JournalFixture(new JournalOptions { MaxSize = 1 });
        await journal.OpenAsync();
        for (int i = 0; i < 6000; i++)
        {
            if (i % 500 == 0)
                journal.Time.Advance(TimeSpan.FromMinutes(1.5));
            await journal.DeliverAsync($"{i}");
        }

        journal.Time.Advance(TimeSpan.FromMinutes(1.5));
        await journal.DeliverAsync("last");
        journal.Journal.Commit();

        IReadOnlyList<JournalEntry> entries = journal.Entries;
        Assert.InRange(entries.Count, 500, 2500);
        Assert.Equal("last", entries[0].Id);
        Assert.Equal(6001, entries[0].Sequence);
        journal.Journal.Dispose();
        Assert.InRange(new FileInfo(journal.Path).Length, 1, 1_200_000);
    }

    [Theory]
    [InlineData(0, 100)]
    [InlineData(4096, 8000)]
    public async Task A_damaged_journal_is_set_aside_and_a_new_one_begun(long offset, int length)
    {
        using var journal = new JournalFixture();
        await journal.OpenAsync();
        for (int i = 0; i < 200; i++)
            await journal.DeliverAsync($"{i}");
        journal.Journal.Dispose();
        journal.Damage(offset, length);
        File.WriteAllBytes(journal.Path + "-wal", []);

        await journal.RestartAsync();
        await journal.DeliverAsync("fresh");
        journal.Journal.Commit();

        Assert.Equal("fresh", Assert.Single(journal.Entries).Id);
        Assert.True(File.Exists(journal.Path + ".damaged"));
        Assert.Contains(journal.Log.Warnings, line => line.Contains(journal.Path + ".damaged", StringComparison.Ordinal));
        Assert.Null(journal.Journal.Degradation);
    }

    [Fact]
    public async Task A_journal_that_cannot_be_opened_is_tried_again_and_loses_only_what_does_not_fit_in_memory()
    {
        using var journal = new JournalFixture();
        Directory.CreateDirectory(journal.Path);
        await journal.OpenAsync();
        for (int i = 0; i < 1100; i++)
            await journal.DeliverAsync($"{i}");
        Assert.NotNull(journal.Journal.Degradation);
        Assert.Null(journal.Journal.Failure);

        Directory.Delete(journal.Path);
        await Wait.AdvanceUntilAsync(
            journal.Time,
            TimeSpan.FromSeconds(5),
            () => journal.Journal.Degradation is null,
            "the journal works again"
        );

        Assert.Equal(1024, journal.Entries.Count);
        Assert.Equal(76, journal.Journal.Lost);
        Assert.Equal("1099", journal.Entries[0].Id);
    }

    [Fact]
    public async Task A_single_event_during_a_failure_does_not_keep_the_journal_from_being_tried_again()
    {
        using var journal = new JournalFixture();
        Directory.CreateDirectory(journal.Path);
        await journal.OpenAsync();
        journal.Time.Advance(TimeSpan.FromSeconds(1));

        // Its own time to be committed comes before the time of the retry.
        await journal.DeliverAsync("a");
        Directory.Delete(journal.Path);
        journal.Time.Advance(EventJournal.CommitDelay);
        Assert.NotNull(journal.Journal.Degradation);
        journal.Time.Advance(TimeSpan.FromSeconds(30));

        await Wait.UntilAsync(() => journal.Journal.Degradation is null, "the journal works again");
        Assert.Equal("a", Assert.Single(journal.Entries).Id);
    }

    [Fact]
    public async Task A_loop_that_throws_is_shown_in_health_and_restarts()
    {
        using var journal = new JournalFixture();
        Directory.CreateDirectory(journal.Path);
        await journal.OpenAsync();
        await journal.DeliverAsync("a");
        Directory.Delete(journal.Path);
        journal.Log.ThrowAt(Resumed);
        await Wait.AdvanceUntilAsync(journal.Time, TimeSpan.FromSeconds(0.25), () => journal.Loops.Degradation is not null, "the fault");
        Assert.Contains(journal.Journal.Name, journal.Loops.Degradation, StringComparison.Ordinal);

        await Wait.AdvanceUntilAsync(journal.Time, TimeSpan.FromSeconds(0.25), () => journal.Loops.Degradation is null, "the restart");
        await journal.DeliverAsync("b");
        await Wait.AdvanceUntilAsync(journal.Time, TimeSpan.FromSeconds(0.25), () => journal.Journal.Written == 2, "the loop commits");

        Assert.Equal(["b", "a"], journal.Entries.Select(entry => entry.Id));
        Assert.Equal(1, journal.Loops.Restarts);
    }

    [Fact]
    public async Task A_journal_of_a_newer_version_is_left_alone()
    {
        using var journal = new JournalFixture();
        await journal.OpenAsync();
        await journal.DeliverAsync("a");
        journal.Journal.Dispose();
        journal.Execute("PRAGMA user_version = 99");

        await journal.RestartAsync();
        await journal.DeliverAsync("b");
        journal.Journal.Commit();

        Assert.Contains("99", journal.Journal.Degradation, StringComparison.Ordinal);
        Assert.Equal("a", Assert.Single(journal.Entries).Id);
    }

    [Fact]
    public void A_journal_that_is_not_there_cannot_be_read()
    {
        JournalException exception = Assert.Throws<JournalException>(() =>
            JournalReader.Read("/nonexistent/journal.db", new JournalQuery(1))
        );

        Assert.StartsWith("/nonexistent/journal.db", exception.Message, StringComparison.Ordinal);
    }

    // The journal deletes old events after it has written an event, at most once a minute.
    private static async Task MaintainAsync(JournalFixture journal, string id)
    {
        journal.Time.Advance(TimeSpan.FromMinutes(1.5));
        await journal.DeliverAsync(id, time: journal.Time.GetUtcNow());
        journal.Journal.Commit();
    }

    private static async Task CommitAsync(JournalFixture journal, string id)
    {
        await journal.DeliverAsync(id);
        journal.Journal.Commit();
    }
}
