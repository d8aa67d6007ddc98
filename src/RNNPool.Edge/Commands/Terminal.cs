using Spectre.Console;

namespace RNNPool.Edge.Commands;

/// <summary>Where commands write: results to standard output, everything else to standard error; colour and width only as a terminal has them.</summary>
public sealed class Terminal
{
    private Terminal(IAnsiConsole output, IAnsiConsole error) => (Output, Error) = (output, error);

    /// <summary>For results.</summary>
    public IAnsiConsole Output { get; }

    /// <summary>For errors, hints and progress.</summary>
    public IAnsiConsole Error { get; }

    /// <summary>Whether unexpected errors are shown with all their details.</summary>
    public static bool Debug => Environment.GetEnvironmentVariable("RNNPOOL_EDGE_DEBUG") == "1";

    /// <summary>The process's own console.</summary>
    public static Terminal ForProcess() => new(Create(Console.Out, Console.IsOutputRedirected), Create(Console.Error, Console.IsErrorRedirected));

    /// <summary>Writes the error and the hint to standard error.</summary>
    public void Fail(string message, string? hint = null)
    {
        foreach (string line in message.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)) Line("red", "error", line);
        if (hint is not null) Line("yellow", "hint", hint);
    }

    /// <summary>Writes one line of plain text to standard output.</summary>
    public void WriteLine(string text) => Output.WriteLine(text);

    private void Line(string colour, string word, string text) => Error.MarkupLine($"[{colour}]{word}:[/] {Markup.Escape(text)}");

    private static IAnsiConsole Create(TextWriter writer, bool redirected)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(writer),
            Ansi = redirected ? AnsiSupport.No : AnsiSupport.Detect,
            ColorSystem = redirected ? ColorSystemSupport.NoColors : ColorSystemSupport.Detect,
            Interactive = redirected ? InteractionSupport.No : InteractionSupport.Detect,
        });

        // Lines for another program are never wrapped.
        if (redirected) console.Profile.Width = 10_000;
        return console;
    }
}
