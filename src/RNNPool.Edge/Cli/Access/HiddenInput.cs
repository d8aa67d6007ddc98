using System.Text;
using Microsoft.Win32.SafeHandles;
using RNNPool.Edge.Core;

namespace RNNPool.Edge.Cli.Access;

/// <summary>Reads a line from standard input; what is typed on a terminal is not shown.</summary>
internal static class HiddenInput
{
    private const int MaxBytes = 4096;

    /// <summary>Asks, if there is somebody to ask, and reads a line.</summary>
    /// <param name="terminal">Where the question goes.</param>
    /// <param name="question">The question, such as <c>New password</c>.</param>
    /// <param name="cancellationToken">Stops waiting; the terminal shows again what is typed.</param>
    /// <exception cref="CommandException">There is no line, or it is no text.</exception>
    public static async Task<string> ReadLineAsync(Terminal terminal, string question, CancellationToken cancellationToken)
    {
        if (Console.IsInputRedirected)
            return await Task.Run(ReadLine, CancellationToken.None).WaitAsync(cancellationToken).ConfigureAwait(false);
        using (
            TerminalEcho.Off()
                ?? throw new CommandException("The terminal cannot hide what is typed.", "Give the password on standard input.")
        )
        {
            try
            {
                terminal.Error.Profile.Out.Writer.Write(question + ": ");
                terminal.Error.Profile.Out.Writer.Flush();

                // The read itself cannot be stopped; it is left behind, and the process ends.
                return await Task.Run(ReadLine, CancellationToken.None).WaitAsync(cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                terminal.Error.Profile.Out.Writer.WriteLine();
            }
        }
    }

    // Nothing of Console: on a terminal it shows by itself what it reads. Without a buffer, so that what follows is left to whoever reads next.
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
            throw new CommandException("What was read is no UTF-8 text.", null, ExitCode.Failure, exception);
        }
    }
}
