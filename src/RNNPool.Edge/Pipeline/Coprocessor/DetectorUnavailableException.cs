namespace RNNPool.Edge.Pipeline.Coprocessor;

/// <summary>The engine cannot look at frames for now. Expected while a coprocessor is away; the message is one sentence that says why.</summary>
public sealed class DetectorUnavailableException(string message, Exception? innerException = null) : Exception(message, innerException);
