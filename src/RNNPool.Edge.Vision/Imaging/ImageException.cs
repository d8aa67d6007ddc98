namespace RNNPool.Edge.Vision.Imaging;

/// <summary>A picture cannot be read or written. The message is one sentence that names the picture and what is wrong.</summary>
public sealed class ImageException(string message, Exception? innerException = null) : Exception(message, innerException);
