using Spectre.Console;
using Spectre.Console.Rendering;

namespace RNNPool.Edge.Cli;

/// <summary>
/// The alternate screen of the terminal, as used by editors; the normal screen is restored at the end. Cursor and echo are off.
/// </summary>
internal sealed class LiveScreen : IDisposable
{
    private const string Begin = "\u001b[?1049h\u001b[?25l",
        End = "\u001b[?25h\u001b[?1049l",
        Home = "\u001b[H",
        EraseLine = "\u001b[2K",
        EraseBelow = "\u001b[J";

    private readonly IAnsiConsole _console;
    private readonly TerminalEcho? _echo = TerminalEcho.Disable();

    public LiveScreen(IAnsiConsole console)
    {
        _console = console;
        IsOpen = true;
        console.Write(new ControlCode(Begin));
    }

    /// <summary>Whether the screen is open, for an end of the process without <see cref="Dispose"/>.</summary>
    public static bool IsOpen { get; private set; }

    /// <summary>Replaces the lines on the screen with one write.</summary>
    public void Draw(IReadOnlyList<IReadOnlyList<Segment>> lines) => _console.Write(new Picture(lines));

    public void Dispose()
    {
        _console.Write(new ControlCode(End));
        IsOpen = false;
        _echo?.Dispose();
    }

    private sealed class Picture(IReadOnlyList<IReadOnlyList<Segment>> lines) : Renderable
    {
        protected override IEnumerable<Segment> Render(RenderOptions options, int maxWidth)
        {
            yield return Segment.Control(Home);
            for (int i = 0; i < lines.Count; i++)
            {
                if (i > 0)
                    yield return Segment.LineBreak;

                // Clears before the text, because after a full line the cursor stays on its last cell.
                yield return Segment.Control(EraseLine);
                foreach (Segment segment in lines[i])
                    yield return segment;
            }

            if (lines.Count == 0)
                yield break;
            yield return Segment.LineBreak;
            yield return Segment.Control(EraseBelow);
        }
    }
}
