namespace RNNPool.Edge.Cli.Watch;

/// <summary>A device does not do what is asked of it over HTTP. The message is a sentence.</summary>
/// <param name="message">What is wrong.</param>
/// <param name="hint">What to do about it.</param>
/// <param name="permanent">Whether another try would not help.</param>
/// <param name="innerException">The cause.</param>
internal sealed class DeviceException(string message, string? hint = null, bool permanent = false, Exception? innerException = null)
    : Exception(message, innerException)
{
    public string? Hint { get; } = hint;

    public bool Permanent { get; } = permanent;
}
