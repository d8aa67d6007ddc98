using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace RNNPool.Edge.Cli;

/// <summary>
/// Output of the commands: results to standard output, everything else to standard error. Colours and line widths only on a terminal.
/// </summary>
public sealed class Terminal
{
    private const int Widest = 10_000;

    private Terminal(IAnsiConsole output, IAnsiConsole error) => (Output, Error) = (output, error);

    /// <summary>Standard output, for results.</summary>
    public IAnsiConsole Output { get; }

    /// <summary>Standard error, for errors, hints and progress.</summary>
    public IAnsiConsole Error { get; }

    /// <summary>Whether unexpected errors are printed with all details.</summary>
    public static bool Debug => Environment.GetEnvironmentVariable("RNNPOOL_EDGE_DEBUG") == "1";

    /// <summary>Whether standard error can redraw text in place.</summary>
    internal bool Animates => Error.Profile.Capabilities is { Ansi: true, Interactive: true };

    /// <summary>Whether standard output can redraw text in place.</summary>
    internal bool Draws => Output.Profile.Capabilities is { Ansi: true, Interactive: true };

    // A terminal without control sequences, such as that of an editor, sets TERM to dumb.
    private static bool IsDumb => Environment.GetEnvironmentVariable("TERM") is null or "" or "dumb";

    /// <summary>The console of the process.</summary>
    public static Terminal ForProcess() =>
        new(Create(Console.Out, Console.IsOutputRedirected), Create(Console.Error, Console.IsErrorRedirected));

    /// <summary>A terminal that writes plain text, as to files.</summary>
    internal static Terminal ForWriters(TextWriter output, TextWriter error) =>
        new(Create(output, redirected: true), Create(error, redirected: true));

    /// <summary>Writes the error and the hint to standard error.</summary>
    public void Fail(string message, string? hint = null)
    {
        foreach (string line in message.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            Line("red", "error", line);
        if (hint is not null)
            Hint(hint);
    }

    /// <summary>Writes a hint to standard error.</summary>
    public void Hint(string text) => Line("yellow", "hint", text);

    /// <summary>
    /// Writes a table to standard output. A table of figures that is too wide for the terminal is written row by row, one line for each
    /// cell, because broken figures and names are unreadable.
    /// </summary>
    internal void Write(Table table)
    {
        RenderOptions options = RenderOptions.Create(Output, Output.Profile.Capabilities);
        int natural = ((IRenderable)table).Measure(options, Widest).Max;
        if (natural <= Output.Profile.Width || table.Columns.All(column => !column.NoWrap))
            Output.Write(table);
        else
            foreach (Grid row in Tables.Rows(table, options))
                Output.Write(row);
    }

    /// <summary>Writes plain text and a line end to standard output; the line is not wrapped.</summary>
    public void WriteLine(string text)
    {
        TextWriter writer = Output.Profile.Out.Writer;
        writer.WriteLine(Printable(text));
        writer.Flush();
    }

    /// <summary>Replaces control characters in text of files, boards and other machines.</summary>
    internal static string Printable(string text) => text.Any(IsControl) ? string.Concat(text.Select(c => IsControl(c) ? '?' : c)) : text;

    /// <summary>The option for JSON.</summary>
    /// <param name="insteadOf">What is printed without it.</param>
    internal static Option<bool> JsonOption(string insteadOf = "a table") =>
        new("--json") { Description = $"Print JSON instead of {insteadOf}." };

    /// <summary>Writes a result as JSON to standard output.</summary>
    internal void WriteJson<T>(T value, JsonTypeInfo<T> type) => WriteLine(JsonSerializer.Serialize(value, type));

    private void Line(string colour, string word, string text) =>
        Error.MarkupLine($"[{colour}]{word}:[/] {Markup.Escape(Printable(text))}");

    private static bool IsControl(char c) => char.IsControl(c) && c is not ('\n' or '\r' or '\t');

    private static IAnsiConsole Create(TextWriter writer, bool redirected)
    {
        bool plain = redirected || IsDumb;
        IAnsiConsole console = AnsiConsole.Create(
            new AnsiConsoleSettings
            {
                Out = new AnsiConsoleOutput(writer),
                Ansi = plain ? AnsiSupport.No : AnsiSupport.Detect,
                ColorSystem = plain ? ColorSystemSupport.NoColors : ColorSystemSupport.Detect,
                Interactive = plain ? InteractionSupport.No : InteractionSupport.Detect,
            }
        );

        // Lines for another program are never wrapped.
        if (redirected)
            console.Profile.Width = Widest;
        return console;
    }
}
