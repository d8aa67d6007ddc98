using RNNPool.Edge.Vision.Presence;

namespace RNNPool.Edge.Pipeline.Pictures;

/// <summary>The candidates of all announced presences. Not thread-safe, except <see cref="Count"/>.</summary>
internal sealed class PictureCandidates
{
    private readonly List<PictureCandidate> _all = [];
    private volatile int _count;

    /// <summary>The candidates.</summary>
    public List<PictureCandidate> All => _all;

    /// <summary>Their number.</summary>
    public int Count => _count;

    /// <summary>Whether a frame or a picture is held.</summary>
    public bool HoldImages => _all.Exists(candidate => candidate.Shot is not null || candidate.Picture is not null);

    /// <summary>The candidate of a presence; null when there is none.</summary>
    public PictureCandidate? Find(string id)
    {
        foreach (PictureCandidate known in _all)
        {
            if (known.Id == id)
                return known;
        }

        return null;
    }

    /// <summary>The candidate of a presence.</summary>
    public PictureCandidate FindOrAdd(string camera, in Presence presence)
    {
        if (Find(presence.Id) is { } known)
            return known;
        var added = new PictureCandidate(presence.Id, camera, presence.Label);
        _all.Add(added);
        _count = _all.Count;
        return added;
    }

    /// <summary>Marks the presences of a camera that are no longer announced as ended.</summary>
    public void Retain(string camera, List<Presence> present)
    {
        foreach (PictureCandidate candidate in _all)
        {
            if (candidate.Camera == camera && !Contains(present, candidate.Id))
                candidate.HasEnded = true;
        }
    }

    /// <summary>Removes a presence that has ended and has no frame left to encode; null when there is none.</summary>
    public PictureCandidate? RemoveEnded()
    {
        int index = _all.FindIndex(candidate => candidate is { HasEnded: true, IsBusy: false, Shot: null });
        if (index < 0)
            return null;
        PictureCandidate ended = _all[index];
        _all.RemoveAt(index);
        _count = _all.Count;
        return ended;
    }

    /// <summary>The number of frames that wait to be encoded.</summary>
    public int CountWaiting()
    {
        int count = 0;
        foreach (PictureCandidate candidate in _all)
            count += candidate.Shot is null ? 0 : 1;
        return count;
    }

    /// <summary>Discards all frames and pictures.</summary>
    public void Clear()
    {
        foreach (PictureCandidate candidate in _all)
            candidate.Discard();
        _all.Clear();
        _count = 0;
    }

    private static bool Contains(List<Presence> present, string id)
    {
        foreach (Presence presence in present)
        {
            if (presence.Id == id)
                return true;
        }

        return false;
    }
}
