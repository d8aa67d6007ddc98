namespace RNNPool.Edge.Vision.Cameras;

/// <summary>A camera could not be opened or read. The message is one sentence that names the source and what is wrong.</summary>
public sealed class CameraException(string message, Exception? innerException = null) : Exception(message, innerException);
