using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using RNNPool.Edge.Cli;
using RNNPool.Edge.Core;
using RNNPool.Edge.Sinks.Mqtt;
using RNNPool.Edge.Sinks.Outbox;
using RNNPool.Edge.Testing;
using RNNPool.Edge.Tests.Support;

namespace RNNPool.Edge.Tests.Sinks.Outbox;

/// <summary>The outbox on a real disk, in virtual time.</summary>
public sealed class EventOutboxTests : IDisposable
{
    private readonly JumpingTimeProvider _time = new(Samples.Noon);
    private readonly RecordingLogger<EventOutbox> _log = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("outbox-").FullName;
    private readonly OutboxOptions _options = new();

    private string File => Path.Combine(_folder, MqttFeature.OutboxPlace.FileName);

    private bool IsSynchronized { get; set; } = true;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Events_leave_in_the_order_in_which_they_came_over_a_restart_too()
    {
        using (EventOutbox first = Open())
        {
            Fill(first, 1, 5);
            first.MarkPublished(first.Peek()!);
        }

        using EventOutbox second = Open();
        Fill(second, 6, 7);

        Assert.Equal(["2", "3", "4", "5", "6", "7"], Drain(second));
        Assert.Equal(4, Assert.Single(_log.WithId(1320)).Values["Count"]);
    }

    [Fact]
    public void An_empty_outbox_does_not_use_numbers_again()
    {
        long last;
        using (EventOutbox first = Open())
        {
            Fill(first, 1, 3);
            last = Enumerable.Range(0, 3).Select(_ => Take(first).Number).Last();
        }

        using EventOutbox second = Open();
        Fill(second, 4, 4);

        Assert.Equal(last + 1, second.Peek()!.Number);
    }

    [Fact]
    public void Too_many_events_push_out_the_oldest_and_that_is_told()
    {
        _options.MaxEvents = 3;
        using EventOutbox outbox = Open();

        Fill(outbox, 1, 5);

        Assert.Equal(2, outbox.Status.Dropped);
        LoggedEvent dropped = _log.WithId(1324)[0];
        Assert.Equal((1L, 3), (dropped.Values["Full"], dropped.Values["MaxEvents"]));
        Assert.Equal(["3", "4", "5"], Drain(outbox));
    }

    [Fact]
    public void A_flood_of_drops_is_told_every_ten_seconds_and_at_the_end()
    {
        _options.MaxEvents = 1;
        EventOutbox outbox = Open();
        Fill(outbox, 1, 50);
        Assert.Single(_log.Warnings);

        _time.Advance(TimeSpan.FromSeconds(11));
        Fill(outbox, 51, 51);
        Assert.Equal(2, _log.Warnings.Count);
        Fill(outbox, 52, 52);
        outbox.Dispose();

        Assert.Equal(3, _log.Warnings.Count);
        Assert.Equal(51L, _log.WithId(1324)[2].Values["Total"]);
    }

    [Fact]
    public void Events_that_have_waited_for_too_long_are_not_published()
    {
        _options.MaxAge = TimeSpan.FromHours(1);
        using EventOutbox outbox = Open();
        Fill(outbox, 1, 2);
        _time.Advance(TimeSpan.FromMinutes(50));
        Fill(outbox, 3, 3);

        _time.Advance(TimeSpan.FromMinutes(11));

        Assert.Equal(["3"], Drain(outbox));
        Assert.Equal(2, outbox.Status.Expired);
        Assert.Equal(2L, _log.WithId(1324)[0].Values["Expired"]);
    }

    [Theory]
    [InlineData(11)]
    [InlineData(60)]
    [InlineData(40 * 24 * 60)]
    [InlineData(-60)]
    [InlineData(-40 * 24 * 60)]
    public void A_jump_of_the_clock_neither_drops_events_nor_keeps_them(int minutes)
    {
        _options.MaxAge = TimeSpan.FromHours(1);
        using EventOutbox outbox = Open();
        Fill(outbox, 1, 1);

        _time.Jump(TimeSpan.FromMinutes(minutes));
        Assert.NotNull(outbox.Peek());
        _time.Advance(TimeSpan.FromMinutes(59));
        Assert.NotNull(outbox.Peek());
        Assert.Equal(_time.GetUtcNow().UtcDateTime - TimeSpan.FromMinutes(59), outbox.Status.Oldest);
        _time.Advance(TimeSpan.FromMinutes(2));

        Assert.Null(outbox.Peek());
        Assert.Equal(1, outbox.Status.Expired);
    }

    [Fact]
    public void A_jump_of_the_clock_without_events_is_stored_for_the_next_run()
    {
        _options.MaxAge = TimeSpan.FromHours(2);
        EventOutbox first = Open();
        Fill(first, 1, 1);
        _time.Jump(TimeSpan.FromDays(40));
        _time.Advance(EventOutbox.ClockInterval);
        string killed = Directory.CreateTempSubdirectory("outbox-").FullName;
        foreach (string file in Directory.GetFiles(_folder).Where(file => !file.EndsWith("-shm", StringComparison.Ordinal)))
            System.IO.File.Copy(file, Path.Combine(killed, Path.GetFileName(file)));
        first.Dispose();

        using (EventOutbox second = Open(new StateFolder(killed, NullLogger<StateFolder>.Instance)))
        {
            _time.Advance(ClockTrust.Grace);
            Assert.Equal(["1"], Drain(second));
        }

        Directory.Delete(killed, recursive: true);
    }

    [Fact]
    public void The_time_between_two_runs_counts()
    {
        _options.MaxAge = TimeSpan.FromHours(2);
        using (EventOutbox first = Open())
            Fill(first, 1, 1);
        _time.Advance(TimeSpan.FromMinutes(110));

        using EventOutbox second = Open();
        Assert.NotNull(second.Peek());
        _time.Advance(ClockTrust.Grace);

        Assert.Null(second.Peek());
    }

    [Fact]
    public void Events_of_an_earlier_run_survive_a_clock_that_is_wrong_at_the_start_and_corrected_later()
    {
        _options.MaxAge = TimeSpan.FromHours(2);
        using (EventOutbox first = Open())
            Fill(first, 1, 1);
        _time.Jump(TimeSpan.FromDays(40));

        using EventOutbox second = Open();
        Assert.NotNull(second.Peek());
        _time.Advance(TimeSpan.FromMinutes(1));
        _time.Jump(TimeSpan.FromDays(-40));
        Assert.NotNull(second.Peek());
        _time.Advance(TimeSpan.FromMinutes(110));
        Assert.NotNull(second.Peek());
        _time.Advance(TimeSpan.FromMinutes(11));

        Assert.Null(second.Peek());
    }

    [Fact]
    public void Events_of_an_earlier_run_survive_a_clock_that_is_not_set_before_the_network_is_there()
    {
        _options.MaxAge = TimeSpan.FromHours(2);
        TimeSpan unset = new DateTimeOffset(1970, 1, 1, 0, 0, 0, TimeSpan.Zero) - _time.GetUtcNow();
        using (EventOutbox first = Open())
            Fill(first, 1, 1);

        // This run starts without a clock, adds an event and gets the time from the network.
        _time.Jump(unset);
        using (EventOutbox second = Open())
        {
            Fill(second, 2, 2);
            _time.Jump(-unset);
            _time.Advance(TimeSpan.FromMinutes(30));
            Assert.NotNull(second.Peek());
        }

        using EventOutbox third = Open();
        _time.Advance(ClockTrust.Grace);
        Assert.Equal(["1", "2"], Drain(third));
    }

    [Fact]
    public void Events_of_an_earlier_run_do_not_expire_by_a_clock_that_is_not_trusted()
    {
        _options.MaxAge = TimeSpan.FromDays(7);
        using (EventOutbox first = Open())
            Fill(first, 1, 1);
        IsSynchronized = false;
        _time.Jump(TimeSpan.FromDays(60));
        using EventOutbox second = Open();
        _time.Advance(ClockTrust.UnsynchronizedGrace - TimeSpan.FromMinutes(1));
        Assert.NotNull(second.Peek());

        _time.Jump(TimeSpan.FromDays(-60));
        Assert.NotNull(second.Peek());
        _time.Advance(ClockTrust.UnsynchronizedGrace);
        Assert.NotNull(second.Peek());
        _time.Jump(TimeSpan.FromDays(60));

        Assert.NotNull(second.Peek());
        _time.Advance(ClockTrust.UnsynchronizedGrace);
        Assert.Null(second.Peek());
    }

    [Fact]
    public void What_an_earlier_run_left_is_bound_by_the_limits_of_this_one()
    {
        using (EventOutbox first = Open())
            Fill(first, 1, 5);
        _options.MaxEvents = 2;

        using (EventOutbox second = Open())
            Assert.Equal(2, second.Status.Queued);

        using EventOutbox third = Open();
        Assert.Equal(["4", "5"], Drain(third));
    }

    [Fact]
    public void A_damaged_file_is_put_aside_and_a_new_one_begun()
    {
        System.IO.File.WriteAllText(File, new string('x', 9000));

        using (EventOutbox outbox = Open())
        {
            Fill(outbox, 1, 1);
            Assert.True(outbox.Status.OnDisk);
        }

        Assert.Equal($"{File}.damaged", Assert.Single(_log.WithId(1323)).Values["Aside"]);
        Assert.True(System.IO.File.Exists(File + ".damaged"));
        using EventOutbox again = Open();
        Assert.Equal(["1"], Drain(again));
    }

    [Fact]
    public void Without_a_folder_events_wait_in_memory_and_the_status_says_why()
    {
        using EventOutbox outbox = Open(new StateFolder("/proc/nowhere", NullLogger<StateFolder>.Instance));

        Fill(outbox, 1, 2);

        Assert.False(outbox.Status.OnDisk);
        Assert.Contains("/proc/nowhere", outbox.Status.Failure, StringComparison.Ordinal);
        Assert.Equal(["1", "2"], Drain(outbox));
    }

    [Fact]
    public void Without_the_wish_for_a_file_there_is_none()
    {
        _options.Persist = false;
        using EventOutbox outbox = Open();

        Fill(outbox, 1, 1);

        Assert.False(System.IO.File.Exists(File));
        Assert.Null(outbox.Status.Failure);
    }

    [Fact]
    public void A_full_disk_costs_only_the_copy_and_is_told_once()
    {
        using EventOutbox outbox = Open(maxPages: 8);

        Fill(outbox, 1, 40, new string('x', 1000));

        Assert.False(outbox.Status.OnDisk);
        Assert.Contains("full", outbox.Status.Failure, StringComparison.Ordinal);
        Assert.Single(_log.Warnings);
        Assert.Single(_log.WithId(1321));
        Assert.Equal(40, Drain(outbox).Length);
        Assert.Equal(0, outbox.Status.Dropped);
    }

    [Fact]
    public void A_disk_that_works_again_gets_the_whole_copy()
    {
        EventOutbox outbox = Open(maxPages: 8);
        Fill(outbox, 1, 40, new string('x', 1000));
        Assert.False(outbox.Status.OnDisk);
        for (int i = 0; i < 38; i++)
            Take(outbox);
        Assert.False(outbox.Status.OnDisk);

        _time.Advance(OutboxDisk.RetryInterval);
        Fill(outbox, 41, 41);

        Assert.True(outbox.Status.OnDisk);
        Assert.Null(outbox.Status.Failure);
        Assert.Equal(3, Assert.Single(_log.WithId(1322)).Values["Count"]);
        outbox.Dispose();
        using EventOutbox next = Open();
        Assert.Equal(["39", "40", "41"], Drain(next));
    }

    [Fact]
    public void Two_devices_do_not_share_a_file()
    {
        using EventOutbox first = Open();
        Fill(first, 1, 1);

        using EventOutbox second = Open();
        Fill(second, 2, 2);

        Assert.True(first.Status.OnDisk);
        Assert.False(second.Status.OnDisk);
        Assert.Contains("locked", second.Status.Failure, StringComparison.Ordinal);
        Assert.Equal(["2"], Drain(second));
    }

    [Fact]
    public void A_refused_event_is_counted_and_leaves()
    {
        using EventOutbox outbox = Open();
        Fill(outbox, 1, 2);

        outbox.MarkRefused(outbox.Peek()!, "the broker refused a message.");

        Assert.Equal(1, outbox.Status.Refused);
        Assert.Equal(["2"], Drain(outbox));
    }

    private EventOutbox Open(StateFolder? folder = null, int maxPages = OutboxFile.DefaultMaxPages) =>
        new(
            _options,
            MqttFeature.OutboxPlace,
            folder ?? new StateFolder(_folder, NullLogger<StateFolder>.Instance),
            new WorkSignal(),
            _time,
            new ClockTrust(_time, () => IsSynchronized),
            _log,
            maxPages
        );

    private static void Fill(EventOutbox outbox, int first, int last, string padding = "")
    {
        for (int i = first; i <= last; i++)
            outbox.Append(Encoding.ASCII.GetBytes($"{i} {padding}"));
    }

    private static OutboxEvent Take(EventOutbox outbox)
    {
        OutboxEvent next = outbox.Peek()!;
        outbox.MarkPublished(next);
        return next;
    }

    private static string[] Drain(EventOutbox outbox)
    {
        var all = new List<string>();
        while (outbox.Peek() is not null)
            all.Add(Encoding.ASCII.GetString(Take(outbox).Payload).Split(' ')[0]);
        return [.. all];
    }
}
