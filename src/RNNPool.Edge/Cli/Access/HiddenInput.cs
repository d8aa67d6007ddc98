using System.Text;
using Microsoft.Win32.SafeHandles;
using RNNPool.Edge.Core;

namespace RNNPool.Edge.Cli.Access;

/// <summary>Reads a line from standard input; a terminal does not show the typed text.</summary>
internal static class HiddenInput
{
    private const int MaxBytes = 4096;

    /// <summary>Prints a question if standard input is a terminal, and reads a line.</summary>
    /// <param name="terminal">Shows the question.</param>
    /// <param name="question">The question, such as <c>New password</c>.</param>
    /// <param name="cancellationToken">Ends the wait and restores the echo of the terminal.</param>
    /// <exception cref="CommandException">There is no line, or it is not UTF-8 text.</exception>
    public static async Task<string> ReadLineAsync(Terminal terminal, string question, CancellationToken cancellationToken)
    {
        if (Console.IsInputRedirected)
            return await Task.Run(ReadLine, CancellationToken.None).WaitAsync(cancellationToken).ConfigureAwait(false);
        using (
            TerminalEcho.Disable()
                ?? throw new CommandException("The terminal cannot hide what is typed.", "Give the password on standard input.")
        )
        {
            try
            {
                terminal.Error.Profile.Out.Writer.Write(question + ": ");
                terminal.Error.Profile.Out.Writer.Flush();

                // The read cannot be cancelled; it is abandoned, and the process ends.
                return await Task.Run(ReadLine, CancellationToken.None).WaitAsync(cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                terminal.Error.Profile.Out.Writer.WriteLine();
            }
        }
    }

    // Console would echo the text. The stream is read without a buffer, so that the following bytes stay for the next reader.
    private static string ReadLine()
    {
        using var input = new FileStream(new SafeFileHandle(0, ownsHandle: false), FileAccess.Read, bufferSize: 0);
        var bytes = new List<byte>();
        for (int next = input.ReadByte(); next is not (-1 or '\n'); next = input.ReadByte())
        {
            if (bytes.Count == MaxBytes)
                throw new CommandException($"The line is longer than {MaxBytes} bytes.");
            bytes.Add((byte)next);
        }

        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString([.. bytes]).TrimEnd('\r');
        }
        catch (DecoderFallbackException exception)
        {
            throw new CommandException("The input is not UTF-8 text.", null, ExitCode.Failure, exception);
        }
    }
}
