namespace RNNPool.Edge.Core;

/// <summary>A command cannot go on. The message is what the user reads; the hint says what to do about it.</summary>
public sealed class CommandException(string message, string? hint = null, int exitCode = ExitCode.Failure, Exception? innerException = null)
    : Exception(message, innerException)
{
    /// <summary>What to do about it; null when the message says enough.</summary>
    public string? Hint { get; } = hint;

    /// <summary>What the process returns.</summary>
    public int ExitCode { get; } = exitCode;
}
