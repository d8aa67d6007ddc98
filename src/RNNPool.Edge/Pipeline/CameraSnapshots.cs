using RNNPool.Edge.Pipeline.Control;
using RNNPool.Edge.Pipeline.Inference;

namespace RNNPool.Edge.Pipeline;

/// <summary>Takes pictures of the cameras on demand, unless an input pin requests privacy. Thread-safe.</summary>
internal sealed class CameraSnapshots(CameraSet cameras, DeviceControls controls)
{
    private const int MinWidth = SnapshotSource.MinWidth;
    private const int MaxWidth = SnapshotSource.MaxWidth;

    /// <summary>Takes a picture of the next frame of a camera with its detections.</summary>
    /// <param name="camera">Name of the camera.</param>
    /// <param name="maxWidth">Widest picture in pixels, 16 to 4096; a wider frame is shrunk.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>
    /// A JPEG; null when there is no such camera, when pictures are not allowed, when an input pin requests privacy, or when no frame
    /// arrives within two seconds.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxWidth"/> is out of range; the message is a sentence.</exception>
    public async ValueTask<byte[]?> TakeAsync(string camera, int maxWidth, CancellationToken cancellationToken)
    {
        if (maxWidth is < MinWidth or > MaxWidth)
        {
            throw new ArgumentOutOfRangeException(
                null,
                FormattableString.Invariant($"The width of the picture is {maxWidth}; it must be from {MinWidth} to {MaxWidth} pixels.")
            );
        }

        if (controls.InputPrivacy || cameras.Find(camera) is not { } ports)
            return null;
        byte[]? picture = await ports.Snapshots.TakeAsync(maxWidth, cancellationToken).ConfigureAwait(false);

        // The pin may have changed meanwhile.
        return controls.InputPrivacy ? null : picture;
    }
}
