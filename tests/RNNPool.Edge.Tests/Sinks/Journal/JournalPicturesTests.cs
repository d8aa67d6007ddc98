using System.Text.Json;
using RNNPool.Edge.Core;
using RNNPool.Edge.Events;
using RNNPool.Edge.Pipeline.Pictures;
using RNNPool.Edge.Sinks.Journal;
using RNNPool.Edge.Testing;
using RNNPool.Edge.Tests.Support;
using RNNPool.Edge.Vision.Frames;
using RNNPool.Edge.Vision.Imaging;

namespace RNNPool.Edge.Tests.Sinks.Journal;

public sealed class JournalPicturesTests : IDisposable
{
    private readonly JournalFixture _journal = new(new JournalOptions { ThumbnailWidth = 32, MaxSize = 1 });

    public JournalPicturesTests() => _journal.Device.Current = new DeviceOptions { AllowImages = true };

    public void Dispose() => _journal.Dispose();

    [Fact]
    public async Task The_first_and_the_last_picture_of_a_presence_are_written_and_survive_a_restart()
    {
        await _journal.OpenAsync();
        await _journal.DeliverAsync("a");
        _journal.Picture("a", 50);
        _journal.Journal.Commit();
        Assert.Equal(50, Shade(JournalReader.Picture(_journal.Path, "a")));
        _journal.Picture("a", 100);
        _journal.Journal.Commit();
        Assert.Equal(50, Shade(JournalReader.Picture(_journal.Path, "a")));
        _journal.Picture("a", 150, final: true);

        await _journal.RestartAsync();

        Assert.Equal(150, Shade(JournalReader.Picture(_journal.Path, "a")));
        Assert.Equal(150, Shade(JournalReader.Crop(_journal.Path, "a")));
        using Frame thumbnail = ImageCodec.Decode(JournalReader.Thumbnail(_journal.Path, "a")!, "thumbnail", new FramePool());
        Assert.Equal((32, 24), (thumbnail.Width, thumbnail.Height));
        PictureFacts facts = JsonSerializer.Deserialize(JournalReader.PictureFacts(_journal.Path, "a")!, EventJson.Default.PictureFacts)!;
        Assert.Equal(Samples.Picture("a").Facts, facts);
    }

    [Fact]
    public async Task A_picture_that_comes_before_its_event_waits_for_it_and_one_without_an_event_is_dropped()
    {
        await _journal.OpenAsync();
        _journal.Picture("a");
        _journal.Picture("lost");
        _journal.Journal.Commit();
        Assert.Null(JournalReader.Picture(_journal.Path, "a"));

        await _journal.DeliverAsync("a");
        _journal.Journal.Commit();
        Assert.NotNull(JournalReader.Picture(_journal.Path, "a"));
        Assert.True(((IImageHolder)_journal.Journal).HoldsImages);
        for (int i = 0; i < 4; i++)
            _journal.Journal.Commit();
        await _journal.DeliverAsync("lost");
        _journal.Journal.Commit();
        Assert.Null(JournalReader.Picture(_journal.Path, "lost"));
    }

    [Fact]
    public async Task A_picture_is_deleted_with_its_event_and_pictures_leave_half_of_the_journal_to_events()
    {
        await _journal.OpenAsync();
        byte[] large = [.. Samples.Picture().Whole, .. new byte[20_000]];
        for (int i = 0; i < 40; i++)
        {
            string id = $"{i}";
            await _journal.DeliverAsync(id);
            ((IPresencePictureUser)_journal.Journal).OnPicture(Samples.Picture(id) with { Whole = large });
            _journal.Journal.Commit();
        }

        _journal.Time.Advance(TimeSpan.FromMinutes(1.5));
        await _journal.DeliverAsync("last");
        _journal.Journal.Commit();

        Assert.Equal(41, _journal.Entries.Count);
        Assert.Null(JournalReader.Picture(_journal.Path, "0"));
        Assert.NotNull(JournalReader.Picture(_journal.Path, "39"));
        int kept = Enumerable.Range(0, 40).Count(i => JournalReader.Picture(_journal.Path, $"{i}") is not null);
        Assert.InRange(kept, 15, 26);

        _journal.Execute("DELETE FROM events WHERE id = '39'");
        Assert.Null(JournalReader.Picture(_journal.Path, "39"));
    }

    [Fact]
    public async Task Pictures_are_deleted_within_a_second_after_they_are_no_longer_allowed()
    {
        await _journal.OpenAsync();
        await _journal.DeliverAsync("a");
        _journal.Picture("a");
        _journal.Journal.Commit();
        _journal.Picture("b");
        IImageHolder holder = _journal.Journal;
        Assert.True(holder.HoldsImages);

        _journal.Device.Current = new DeviceOptions { AllowImages = false };

        await Wait.UntilAsync(() => !holder.HoldsImages, "the pictures are deleted, without any virtual time");
        _journal.Picture("a", final: true);
        Assert.False(holder.HoldsImages);
        Assert.Null(JournalReader.Picture(_journal.Path, "a"));
        Assert.Single(_journal.Entries);
        _journal.Journal.Dispose();
        Assert.All(Directory.GetFiles(_journal.Folder), file => Assert.False(JpegScan.ContainsPicture(file), file));
    }

    [Fact]
    public async Task A_journal_of_an_earlier_version_keeps_its_events_and_its_thumbnails()
    {
        _journal.Execute(
            """
            CREATE TABLE events (sequence INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL, type TEXT NOT NULL, time INTEGER NOT NULL,
              label TEXT NOT NULL, json TEXT NOT NULL, thumbnail BLOB);
            INSERT INTO events (id, type, time, label, json, thumbnail) VALUES ('old', 'new', 1773489600000, 'face', '{}', x'FFD8FFE0');
            PRAGMA user_version = 1;
            """
        );

        await _journal.OpenAsync();

        Assert.Equal([0xFF, 0xD8, 0xFF, 0xE0], JournalReader.Thumbnail(_journal.Path, "old"));
        Assert.Null(JournalReader.Picture(_journal.Path, "old"));
        _journal.Device.Current = new DeviceOptions { AllowImages = false };
        await Wait.UntilAsync(() => JournalReader.Thumbnail(_journal.Path, "old") is null, "the old thumbnail is deleted");
    }

    private static int Shade(byte[]? jpeg)
    {
        Assert.NotNull(jpeg);
        using Frame frame = ImageCodec.Decode(jpeg, "picture", new FramePool());
        return (int)(Math.Round(frame.Data[0] / 10.0) * 10);
    }
}
