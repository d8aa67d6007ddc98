namespace RNNPool.Edge.Vision.Evaluation;

/// <summary>A file of annotations cannot be used. The message names the file, the line and the reason.</summary>
public sealed class AnnotationException(string message, Exception? innerException = null) : Exception(message, innerException);
