using RNNPool.Edge.Core;
using RNNPool.Edge.Pipeline.Control;
using RNNPool.Edge.Vision.Frames;
using RNNPool.Edge.Vision.Geometry;
using RNNPool.Edge.Vision.Presence;

namespace RNNPool.Edge.Pipeline.Pictures;

/// <summary>
/// Takes the best picture of each presence while it is announced, for all users of such pictures. The detection thread copies a frame only
/// when it is clearly better than the frames before; <see cref="PictureEncoding"/> encodes it later. Thread-safe.
/// </summary>
internal sealed class PresencePictures : IImageHolder, IDisposable
{
    /// <summary>Least time between two pictures of a presence, except at its end.</summary>
    public static readonly TimeSpan MinInterval = TimeSpan.FromSeconds(1);

    /// <summary>Presences whose pictures stay in memory after their end.</summary>
    public const int Kept = 16;

    /// <summary>Most presences with a frame that waits to be encoded, a bound on memory.</summary>
    private const int MaxWaiting = 8;

    private readonly Lock _lock = new();
    private readonly FramePool _pool = new(4);
    private readonly PictureCandidates _candidates = new();
    private readonly Queue<PresencePicture> _ended = new();
    private readonly ImagePolicy _images;
    private readonly DeviceControls _controls;
    private readonly ILive<PictureOptions> _options;
    private readonly IPresencePictureUser[] _users;
    private readonly TimeProvider _time;
    private readonly IDisposable _subscription;
    private bool _blurs;
    private int _generation;

    /// <summary>Follows the permission, the controls and the settings.</summary>
    public PresencePictures(
        ImagePolicy images,
        DeviceControls controls,
        ILive<PictureOptions> options,
        IEnumerable<IPresencePictureUser> users,
        TimeProvider time
    )
    {
        _images = images;
        _controls = controls;
        _options = options;
        _time = time;
        _users = [.. users];
        _blurs = options.Current.BlurFaces;
        images.Changed += OnImagesChanged;
        controls.Changed += OnControlsChanged;
        _subscription = options.OnChange(OnOptionsChanged);
    }

    /// <inheritdoc/>
    public string HolderName => "presence pictures";

    /// <inheritdoc/>
    public bool HoldsImages
    {
        get
        {
            lock (_lock)
                return _ended.Count > 0 || _candidates.HoldImages;
        }
    }

    /// <summary>Set when a picture is due.</summary>
    public WorkSignal Due { get; } = new();

    /// <summary>The components that receive pictures.</summary>
    public IReadOnlyList<IPresencePictureUser> Users => _users;

    /// <summary>Whether frames are to be offered.</summary>
    public bool IsWanted
    {
        get
        {
            if (!IsPermitted)
                return false;
            foreach (IPresencePictureUser user in _users)
            {
                if (user.WantsPictures)
                    return true;
            }

            return false;
        }
    }

    /// <summary>Whether a presence is followed, so that <see cref="Retain"/> has to be called.</summary>
    public bool IsFollowing => _candidates.Count > 0;

    private bool IsPermitted => _images.Allowed && !_controls.InputPrivacy;

    /// <summary>The best picture of a presence so far; null when there is none in memory.</summary>
    public PresencePicture? Find(string id)
    {
        lock (_lock)
        {
            return _candidates.Find(id)?.Picture ?? _ended.FirstOrDefault(picture => picture.Id == id);
        }
    }

    /// <summary>Copies a frame if it is a better picture of a presence. Called by the detection of a camera.</summary>
    /// <param name="camera">Name of the camera.</param>
    /// <param name="labels">Labels of the model.</param>
    /// <param name="frame">The frame; it belongs to the caller.</param>
    /// <param name="detections">All its detections.</param>
    /// <param name="present">The announced presences of the camera after this frame.</param>
    public void Offer(string camera, IReadOnlyList<string> labels, Frame frame, ReadOnlySpan<Detection> detections, List<Presence> present)
    {
        lock (_lock)
        {
            if (!IsPermitted)
                return;
            PictureShot? shot = null;
            foreach (Presence presence in present)
            {
                PictureCandidate candidate = _candidates.FindOrAdd(camera, presence);
                if (!candidate.IsBetter(presence) || (candidate.Shot is null && _candidates.CountWaiting() >= MaxWaiting))
                    continue;
                shot ??= Copy(frame, _blurs ? BlurredAreas.Find(detections, labels, present, frame.Width, frame.Height) : null);
                candidate.Take(shot, presence);
            }
        }

        Due.Set();
    }

    /// <summary>Ends the presences of a camera that are no longer announced. Called by the detection of the camera.</summary>
    public void Retain(string camera, List<Presence> present)
    {
        lock (_lock)
        {
            _candidates.Retain(camera, present);
        }

        Due.Set();
    }

    /// <summary>
    /// The next picture to encode; null when none is due. The frame belongs to the caller, which calls <see cref="Complete"/>.
    /// </summary>
    public PictureJob? TakeDue()
    {
        lock (_lock)
        {
            foreach (PictureCandidate candidate in _candidates.All)
            {
                if (candidate.IsBusy || candidate.Shot is null)
                    continue;
                if (!candidate.HasEnded && candidate.Picture is not null && _time.GetElapsedTime(candidate.EncodedAt) < MinInterval)
                    continue;
                candidate.IsBusy = true;
                return new PictureJob(
                    candidate,
                    candidate.DetachShot(),
                    candidate.Facts!,
                    candidate.Box,
                    _options.Current.Width,
                    _generation
                );
            }

            return null;
        }
    }

    /// <summary>Stores an encoded picture and releases the frame of the job.</summary>
    /// <param name="job">The job.</param>
    /// <param name="picture">The picture; null when the codec failed.</param>
    /// <returns>Whether the users should receive it.</returns>
    public bool Complete(PictureJob job, PresencePicture? picture)
    {
        lock (_lock)
        {
            job.Shot.Release();
            job.Candidate.IsBusy = false;
            job.Candidate.EncodedAt = _time.GetTimestamp();
            if (picture is null || job.Generation != _generation)
                return false;
            job.Candidate.Picture = picture;
            return true;
        }
    }

    /// <summary>Removes a presence that has ended and has no frame left to encode.</summary>
    /// <returns>Its last picture; null when no presence has ended, or it has none.</returns>
    public bool TryTakeEnded(out PresencePicture? last)
    {
        lock (_lock)
        {
            last = null;
            if (_candidates.RemoveEnded() is not { } ended)
                return false;
            last = ended.Picture is { } picture ? picture with { IsFinal = true } : null;
            if (last is null)
                return true;
            _ended.Enqueue(last);
            if (_ended.Count > Kept)
                _ended.Dequeue();
            return true;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _images.Changed -= OnImagesChanged;
        _controls.Changed -= OnControlsChanged;
        _subscription.Dispose();
        Clear();
    }

    private void OnImagesChanged(bool allowed)
    {
        if (!allowed)
            Clear();
    }

    private void OnControlsChanged(ControlChange change)
    {
        if (_controls.InputPrivacy)
            Clear();
    }

    // Pictures that were taken before must not be shown with faces after the setting says that they are blurred.
    private void OnOptionsChanged(PictureOptions options)
    {
        bool clears;
        lock (_lock)
        {
            clears = options.BlurFaces != _blurs;
            _blurs = options.BlurFaces;
        }

        if (clears)
            Clear();
    }

    private void Clear()
    {
        lock (_lock)
        {
            _generation++;
            _candidates.Clear();
            _ended.Clear();
        }
    }

    private PictureShot Copy(Frame frame, BoundingBox[]? blurred)
    {
        Frame copy = _pool.Rent(frame.Width, frame.Height, frame.Format, frame.Stride);
        frame.Data.CopyTo(copy.Data);
        (copy.Sequence, copy.Time) = (frame.Sequence, frame.Time);
        return new PictureShot(copy, blurred);
    }
}
