namespace RNNPool.Edge.Vision.Evaluation;

/// <summary>A file of annotations cannot be used. The message is one sentence that names the file, the line and what is wrong.</summary>
public sealed class AnnotationException(string message, Exception? innerException = null) : Exception(message, innerException);
