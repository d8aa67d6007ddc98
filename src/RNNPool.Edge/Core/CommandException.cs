namespace RNNPool.Edge.Core;

/// <summary>A command has failed. The message and the hint are shown to the user.</summary>
public sealed class CommandException(string message, string? hint = null, int exitCode = ExitCode.Failure, Exception? innerException = null)
    : Exception(message, innerException)
{
    /// <summary>How to fix the error; null when the message is sufficient.</summary>
    public string? Hint { get; } = hint;

    /// <summary>Exit code of the process.</summary>
    public int ExitCode { get; } = exitCode;
}
