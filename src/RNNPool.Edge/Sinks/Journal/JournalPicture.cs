using System.Text.Json;
using RNNPool.Edge.Core;
using RNNPool.Edge.Events;
using RNNPool.Edge.Pipeline.Pictures;
using RNNPool.Edge.Vision.Frames;
using RNNPool.Edge.Vision.Imaging;

namespace RNNPool.Edge.Sinks.Journal;

/// <summary>The pictures of a presence in the journal.</summary>
/// <param name="Id">Identity of the presence.</param>
/// <param name="Facts">What they show, as JSON.</param>
/// <param name="Whole">The whole frame as JPEG.</param>
/// <param name="Crop">The part that shows the presence, as JPEG.</param>
/// <param name="Thumbnail">A small copy of the whole frame, as JPEG.</param>
internal sealed record JournalPicture(string Id, string Facts, byte[] Whole, byte[] Crop, byte[] Thumbnail)
{
    /// <summary>Commits in which the journal did not contain the event of the presence.</summary>
    public int Attempts { get; init; }
}

/// <summary>
/// The pictures that are not committed yet, the newest of each presence. To spare the disk, a presence has its first picture and its last
/// one written, not those in between. Thread-safe.
/// </summary>
/// <param name="options">Whether pictures are kept, and the width of the small copies.</param>
internal sealed class PendingPictures(ILive<JournalOptions> options)
{
    /// <summary>Most presences with a picture that waits; the oldest is dropped.</summary>
    private const int Capacity = 32;

    /// <summary>Commits after which a picture without an event is dropped.</summary>
    private const int MaxAttempts = 4;

    private const int Quality = 80;

    private readonly Lock _lock = new();
    private readonly List<JournalPicture> _waiting = [];
    private readonly HashSet<string> _begun = new(StringComparer.Ordinal);
    private readonly PreviewEncoder _encoder = new();
    private readonly FramePool _pool = new(1);

    /// <summary>Whether the settings ask for pictures.</summary>
    public bool AreWanted => options.Current.Thumbnails;

    /// <summary>Whether a picture waits.</summary>
    public bool HoldsImages
    {
        get
        {
            lock (_lock)
                return _waiting.Count > 0;
        }
    }

    /// <summary>Adds a picture if it is to be written.</summary>
    /// <returns>Whether it was added.</returns>
    public bool Add(PresencePicture picture)
    {
        lock (_lock)
        {
            if (picture.IsFinal)
                _begun.Remove(picture.Id);
            else if (!_begun.Add(picture.Id))
                return false;
            Put(
                new JournalPicture(
                    picture.Id,
                    JsonSerializer.Serialize(picture.Facts, EventJson.Default.PictureFacts),
                    picture.Whole,
                    picture.Crop,
                    Shrink(picture.Whole)
                ),
                replaces: true
            );
            return true;
        }
    }

    /// <summary>Removes all pictures, which the caller commits or returns.</summary>
    public List<JournalPicture> TakeAll()
    {
        lock (_lock)
        {
            List<JournalPicture> all = [.. _waiting];
            _waiting.Clear();
            return all;
        }
    }

    /// <summary>Returns pictures that could not be committed, unless there are newer ones of the same presences.</summary>
    public void Return(IEnumerable<JournalPicture> pictures)
    {
        lock (_lock)
        {
            foreach (JournalPicture picture in pictures)
                Put(picture, replaces: false);
        }
    }

    /// <summary>Returns pictures whose events are not in the journal yet, for a few times.</summary>
    /// <returns>Whether a picture waits for its event.</returns>
    public bool Retry(List<JournalPicture> unmatched)
    {
        JournalPicture[] again =
        [
            .. unmatched
                .Where(picture => picture.Attempts + 1 < MaxAttempts)
                .Select(picture => picture with { Attempts = picture.Attempts + 1 }),
        ];
        Return(again);
        return again.Length > 0;
    }

    /// <summary>Discards all pictures.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            _waiting.Clear();
            _begun.Clear();
        }
    }

    private void Put(JournalPicture picture, bool replaces)
    {
        int index = _waiting.FindIndex(other => other.Id == picture.Id);
        if (index >= 0 && replaces)
            _waiting[index] = picture;
        else if (index < 0)
            _waiting.Add(picture);
        if (_waiting.Count > Capacity)
            _waiting.RemoveAt(0);
    }

    private byte[] Shrink(byte[] whole)
    {
        using Frame frame = ImageCodec.Decode(whole, "picture", _pool);
        return _encoder.Encode(frame, options.Current.ThumbnailWidth, Quality);
    }
}
