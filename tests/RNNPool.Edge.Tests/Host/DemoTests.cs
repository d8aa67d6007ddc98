using RNNPool.Edge.Tests.Cli;
using RNNPool.Edge.Tests.Support;

namespace RNNPool.Edge.Tests.Host;

public sealed class DemoTests
{
    private const int Announced = 1200,
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
        Assert.Contains("/api/state", demo.Output, StringComparison.Ordinal);
        Assert.Empty(demo.Error);
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
