using RNNPool.Edge.Tests.Cli;
using RNNPool.Edge.Tests.Support;

namespace RNNPool.Edge.Tests.Host;

public sealed class DemoTests
{
    [Fact]
    public async Task The_demo_played_once_sees_faces_moves_the_pin_publishes_and_ends_by_itself()
    {
        using CommandLine demo = CommandLine.Start("demo", "--once");

        Assert.Equal(0, await demo.ExitAsync());

        string log = demo.Output;
        Assert.Contains("new face, 1 present", log, StringComparison.Ordinal);
        Assert.Contains("end face, 0 present", log, StringComparison.Ordinal);
        Assert.Contains("GPIO17 (simulated) on (high).", log, StringComparison.Ordinal);
        Assert.Contains("GPIO17 (simulated) off (low).", log, StringComparison.Ordinal);
        Assert.Contains("The broker delivered rnnpool-edge/demo/events: {\"type\":\"new\"", log, StringComparison.Ordinal);
        Assert.Contains("The broker delivered rnnpool-edge/demo/state: {\"occupied\":true", log, StringComparison.Ordinal);
        Assert.Contains("The broker delivered rnnpool-edge/demo/availability: offline", log, StringComparison.Ordinal);
        Assert.Contains("/api/state", log, StringComparison.Ordinal);
        Assert.Empty(demo.Error);
    }

    [Fact]
    public async Task Ctrl_C_ends_the_demo_in_good_time()
    {
        using CommandLine demo = CommandLine.Start("demo");
        await Wait.UntilAsync(
            () => demo.Output.Contains("GPIO17 (simulated) on", StringComparison.Ordinal),
            "a face",
            () => [demo.Output, demo.Error]
        );

        demo.Signal(CommandLine.Interrupt);

        Assert.Equal(0, await demo.ExitAsync());
        Assert.Contains("GPIO17 (simulated) was switched off and released.", demo.Output, StringComparison.Ordinal);
    }
}
