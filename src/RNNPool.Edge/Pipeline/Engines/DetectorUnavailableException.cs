namespace RNNPool.Edge.Pipeline.Engines;

/// <summary>The engine cannot process frames now, as expected while a coprocessor is not connected. The message gives the reason.</summary>
public sealed class DetectorUnavailableException(string message, Exception? innerException = null) : Exception(message, innerException);
