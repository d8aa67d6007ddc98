namespace RNNPool.Edge.Vision.Cameras;

/// <summary>A camera could not be opened or read. The message is one sentence that names the source and what is wrong.</summary>
public sealed class CameraException(string message, Exception? innerException = null) : Exception(message, innerException)
{
    /// <summary>How to make it right, as one sentence; null when the message says enough.</summary>
    public string? Fix { get; init; }
}
