using RNNPool.Edge.Link.Messages;

namespace RNNPool.Edge.Link.Coprocessor;

/// <summary>The coprocessor is connected but refused or failed a request.</summary>
public sealed class CoprocessorException : Exception
{
    /// <summary>Creates an exception.</summary>
    public CoprocessorException(DeviceStatus status, string message, Exception? innerException = null)
        : base(message, innerException) => Status = status;

    /// <summary>Status that the device reported.</summary>
    public DeviceStatus Status { get; }
}
