using Microsoft.Extensions.Options;
using RNNPool.Edge.Core;
using RNNPool.Edge.Pipeline.Control;
using RNNPool.Edge.Pipeline.Pictures;
using RNNPool.Edge.Sinks.Journal;

namespace RNNPool.Edge.Sinks.Notify;

/// <summary>Asks for pictures of presences while notifications have them.</summary>
internal sealed class NotifyPictureDemand(IOptions<NotifyOptions> options) : IPresencePictureUser
{
    /// <inheritdoc/>
    public bool WantsPictures { get; } = options.Value.Picture != NotifyPicture.None;

    /// <summary>Does nothing: a notification reads its picture when it is sent.</summary>
    public void OnPicture(PresencePicture picture) { }
}

/// <summary>
/// The pictures of notifications: from memory, or from the journal for a notification of an earlier run. A request with a picture is
/// cancelled when pictures are no longer allowed. Thread-safe.
/// </summary>
internal sealed class NotifyPictures : IImageHolder, IDisposable
{
    private readonly Lock _lock = new();
    private readonly List<CancellationTokenSource> _sending = [];
    private readonly NotifyPicture _kind;
    private readonly PresencePictures _recent;
    private readonly ImagePolicy _images;
    private readonly DeviceControls _controls;
    private readonly EventJournal? _journal;

    /// <summary>Follows the permission and the controls.</summary>
    public NotifyPictures(
        IOptions<NotifyOptions> options,
        PresencePictures recent,
        ImagePolicy images,
        DeviceControls controls,
        EventJournal? journal = null
    )
    {
        _kind = options.Value.Picture;
        _recent = recent;
        _images = images;
        _controls = controls;
        _journal = journal;
        images.Changed += OnImagesChanged;
        controls.Changed += OnControlsChanged;
    }

    /// <inheritdoc/>
    public string HolderName => "notifications";

    /// <inheritdoc/>
    public bool HoldsImages
    {
        get
        {
            lock (_lock)
                return _sending.Count > 0;
        }
    }

    private bool IsPermitted => _images.Allowed && !_controls.InputPrivacy;

    /// <summary>The picture of a presence; null when there is none or it is not allowed.</summary>
    public byte[]? Find(string id)
    {
        if (_kind == NotifyPicture.None || !IsPermitted)
            return null;
        if (_recent.Find(id) is { } picture)
            return _kind == NotifyPicture.Crop ? picture.Crop : picture.Whole;
        if (_journal is null || !File.Exists(_journal.Path))
            return null;
        try
        {
            return _kind == NotifyPicture.Crop ? JournalReader.Crop(_journal.Path, id) : JournalReader.Picture(_journal.Path, id);
        }
        catch (JournalException)
        {
            // The notification is sent without its picture.
            return null;
        }
    }

    /// <summary>Sends something with a picture.</summary>
    /// <returns>The result; null when the permission was withdrawn before or meanwhile.</returns>
    public async Task<NotifyResult?> SendAsync(Func<CancellationToken, Task<NotifyResult>> send, CancellationToken cancellationToken)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        lock (_lock)
            _sending.Add(end);
        try
        {
            return IsPermitted ? await send(end.Token).ConfigureAwait(false) : null;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
        finally
        {
            lock (_lock)
                _sending.Remove(end);
        }
    }

    public void Dispose()
    {
        _images.Changed -= OnImagesChanged;
        _controls.Changed -= OnControlsChanged;
    }

    private void OnImagesChanged(bool allowed) => CancelUnlessPermitted();

    private void OnControlsChanged(ControlChange change) => CancelUnlessPermitted();

    private void CancelUnlessPermitted()
    {
        if (IsPermitted)
            return;
        CancellationTokenSource[] sending;
        lock (_lock)
        {
            // Removed before they are cancelled: the bytes are discarded when the request ends, which takes no network.
            sending = [.. _sending];
            foreach (CancellationTokenSource end in sending)
                end.CancelAsync();
        }
    }
}
