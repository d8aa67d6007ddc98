namespace RNNPool.Edge.Vision.Imaging;

/// <summary>A picture cannot be read or written. The message names the picture and the reason.</summary>
public sealed class ImageException(string message, Exception? innerException = null) : Exception(message, innerException);
