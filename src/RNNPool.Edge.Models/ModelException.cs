namespace RNNPool.Edge.Models;

/// <summary>A model cannot be used. The message is one sentence that names the file, the place in it and the error.</summary>
public sealed class ModelException(string message, Exception? innerException = null) : Exception(message, innerException);
