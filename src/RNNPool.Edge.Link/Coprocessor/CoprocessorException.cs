using RNNPool.Edge.Link.Messages;

namespace RNNPool.Edge.Link.Coprocessor;

/// <summary>The coprocessor is there, but did not do what it was asked for.</summary>
public sealed class CoprocessorException : Exception
{
    /// <summary>Creates an exception with one sentence for people.</summary>
    public CoprocessorException(DeviceStatus status, string message, Exception? innerException = null)
        : base(message, innerException) => Status = status;

    /// <summary>What the device reported.</summary>
    public DeviceStatus Status { get; }
}
