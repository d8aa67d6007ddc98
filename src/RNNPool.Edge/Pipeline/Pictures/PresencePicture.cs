using RNNPool.Edge.Events;

namespace RNNPool.Edge.Pipeline.Pictures;

/// <summary>The best picture of a presence so far.</summary>
/// <param name="Facts">What it shows.</param>
/// <param name="Whole">The whole frame as JPEG, without boxes.</param>
/// <param name="Crop">The part that shows the presence, as JPEG.</param>
/// <param name="IsFinal">Whether the presence has ended, so that no better picture follows.</param>
internal sealed record PresencePicture(PictureFacts Facts, byte[] Whole, byte[] Crop, bool IsFinal = false)
{
    /// <summary>Identity of the presence.</summary>
    public string Id => Facts.Id;
}

/// <summary>A component that keeps or sends pictures of presences. No picture is taken while none wants them.</summary>
internal interface IPresencePictureUser
{
    /// <summary>Whether its settings ask for pictures. Read for every frame: it must not wait, allocate or throw.</summary>
    bool WantsPictures { get; }

    /// <summary>
    /// Receives the first picture of a presence, each better one, and at the end the last one again. Called by one thread, which encodes
    /// the pictures: it must return quickly. The permission may have been withdrawn meanwhile.
    /// </summary>
    void OnPicture(PresencePicture picture);
}
