namespace RNNPool.Edge.Vision.Cameras;

/// <summary>A camera could not be opened or read. The message is one sentence that names the source and the error.</summary>
public sealed class CameraException(string message, Exception? innerException = null) : Exception(message, innerException)
{
    /// <summary>The remedy, as one sentence; null when the message is sufficient.</summary>
    public string? Fix { get; init; }
}
