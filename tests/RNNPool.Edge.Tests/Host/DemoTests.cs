using RNNPool.Edge.Tests.Cli;
using RNNPool.Edge.Tests.Support;

namespace RNNPool.Edge.Tests.Host;

public sealed class DemoTests
{
    private const int Started = 2,
        Announced = 1200,
        PinChanged = 1411,
        PinReleased = 1412,
        Delivered = 1601;

    [Fact]
    public async Task The_demo_played_once_sees_faces_moves_the_pin_publishes_and_ends_by_itself()
    {
        using CommandLine demo = CommandLine.Start("demo", "--once");

        Assert.Equal(0, await demo.ExitAsync());

        AssertLogged(demo, Announced, "face|{\"type\":\"new\"");
        AssertLogged(demo, Announced, "face|{\"type\":\"end\"");
        AssertLogged(demo, PinChanged, "GPIO17|high");
        AssertLogged(demo, PinChanged, "GPIO17|low");
        AssertLogged(demo, Delivered, "rnnpool-edge/demo/events|{\"type\":\"new\"");
        AssertLogged(demo, Delivered, "rnnpool-edge/demo/state|{\"occupied\":true");
        AssertLogged(demo, Delivered, "rnnpool-edge/demo/availability|offline");
        Assert.Single(demo.Logged(Started));
        Assert.Empty(demo.Error);
    }

    /// <summary>The whole demo stays visible on a common terminal, the address of the page included.</summary>
    [Fact]
    public async Task The_demo_fits_forty_lines_of_a_terminal_and_shows_no_JSON()
    {
        const int Columns = 80,
            Rows = 40;
        using CommandLine demo = CommandLine.StartOnTerminal(Columns, Rows, "demo", "--once");

        Assert.Equal(0, await demo.ExitAsync());

        // demo.sh prints one line of its own before it.
        Assert.InRange(demo.Output.Split('\n').Sum(line => Math.Max(1, (line.TrimEnd('\r').Length + Columns - 1) / Columns)), 10, Rows - 1);
        Assert.DoesNotContain('{', demo.Output);
    }

    [Fact]
    public async Task Ctrl_C_ends_the_demo_in_good_time()
    {
        using CommandLine demo = CommandLine.Start("demo");
        await Wait.UntilAsync(() => demo.Logged(PinChanged).Length > 0, "a face", () => [demo.Output, demo.Error]);

        demo.Signal(CommandLine.Interrupt);

        Assert.Equal(0, await demo.ExitAsync());
        AssertLogged(demo, PinReleased, "GPIO17");
    }

    /// <summary>Asserts that a line of the log with an event id contains names and values.</summary>
    private static void AssertLogged(CommandLine demo, int id, string names) =>
        Assert.Contains(demo.Logged(id), line => names.Split('|').All(name => line.Contains(name, StringComparison.Ordinal)));
}
