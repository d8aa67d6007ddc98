using System.Globalization;
using RNNPool.Edge.Testing;

namespace RNNPool.Edge.Tests.Simulation;

/// <summary>
/// Schedules with fixed seeds. RNNPOOL_EDGE_SIMULATION=SEED runs one schedule, RNNPOOL_EDGE_SIMULATION=FIRST-LAST those of a range.
/// </summary>
public sealed class DeviceSimulationTests
{
    private const string Variable = "RNNPOOL_EDGE_SIMULATION";

    // Files in memory: nothing here depends on the speed of a disk.
    private static readonly string? Memory = Directory.Exists("/dev/shm") ? "/dev/shm" : null;

    [Fact]
    public void Two_thousand_schedules_hold_the_invariants()
    {
        (int first, int last) = Range();
        Parallel.For(first, last + 1, new ParallelOptions { MaxDegreeOfParallelism = 2 }, Run);
    }

    [Fact]
    public void A_seed_gives_the_same_schedule_and_the_same_events()
    {
        Assert.Equal(Record(7), Record(7));
        Assert.NotEqual(Record(7), Record(8));
    }

    private static string Record(int seed)
    {
        using var folder = new TemporaryFolder(Memory);
        using var simulation = new DeviceSimulation(seed, folder.Path);
        simulation.Run();
        return $"{simulation.EventCount} events\n{string.Join('\n', simulation.Trace)}";
    }

    private static void Run(int seed)
    {
        using var folder = new TemporaryFolder(Memory);
        using var simulation = new DeviceSimulation(seed, folder.Path);
        try
        {
            simulation.Run();
        }
        catch (Exception exception)
        {
            throw new InvalidOperationException(
                $"Seed {seed}; {Variable}={seed} repeats it: {exception.Message}\n{string.Join('\n', simulation.Trace)}",
                exception
            );
        }
    }

    private static (int First, int Last) Range()
    {
        string[] parts = (Environment.GetEnvironmentVariable(Variable) ?? "1-2000").Split('-');
        int first = int.Parse(parts[0], CultureInfo.InvariantCulture);
        return (first, int.Parse(parts[^1], CultureInfo.InvariantCulture));
    }
}
