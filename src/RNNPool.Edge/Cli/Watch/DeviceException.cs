namespace RNNPool.Edge.Cli.Watch;

/// <summary>An HTTP request to a device failed. The message is one sentence.</summary>
/// <param name="message">The error.</param>
/// <param name="hint">How to fix it; null when unknown.</param>
/// <param name="permanent">Whether a retry would fail in the same way.</param>
/// <param name="innerException">The cause.</param>
internal sealed class DeviceException(string message, string? hint = null, bool permanent = false, Exception? innerException = null)
    : Exception(message, innerException)
{
    public string? Hint { get; } = hint;

    public bool Permanent { get; } = permanent;
}
