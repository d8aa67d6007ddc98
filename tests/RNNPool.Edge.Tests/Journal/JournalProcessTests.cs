using System.Diagnostics;
using System.Text.RegularExpressions;
using RNNPool.Edge.Journal;
using RNNPool.Edge.Tests.Commands;
using RNNPool.Edge.Tests.Support;

namespace RNNPool.Edge.Tests.Journal;

/// <summary>A real process on a real disk: killed, and with a disk that is full.</summary>
public sealed partial class JournalProcessTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("journal-process-").FullName;
    private readonly string _program = Path.Combine(AppContext.BaseDirectory, "rnnpool-edge");

    /// <summary>A face that comes and goes: two events for every eight pictures.</summary>
    private string Pictures
    {
        get
        {
            string folder = Path.Combine(_folder, "pictures");
            if (Directory.Exists(folder)) return folder;
            Directory.CreateDirectory(folder);
            string face = Path.Combine(Samples.Root, "samples/pictures/astronaut.jpg"), none = Path.Combine(Samples.Root, "tests/vectors/face-qvga/pictures/cup.jpg");
            for (int i = 0; i < 8; i++) File.CreateSymbolicLink(Path.Combine(folder, $"{i}.jpg"), i < 4 ? face : none);
            return folder;
        }
    }

    private string[] Arguments =>
    [
        "run", "--camera", $"images:{Pictures}?rate=20&loop=true&cache=true", "--port", "0", "--set", "Presence:HistoryLength=1", "--set", "Presence:OffDelay=00:00:00", "--set", "Presence:Tracker:MaxMiss=00:00:00",
    ];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_killed_process_has_lost_at_most_the_last_second()
    {
        string state = Path.Combine(_folder, "state");
        using Cli device = Cli.Start(_program, [.. Arguments, "--set", $"Device:StateFolder={state}"]);
        // Events may come in a burst when the machine was busy during the start; some must be old enough to be due.
        await Wait.UntilAsync(() => Told(device.Output).Count(line => line.Logged < DateTime.UtcNow - TimeSpan.FromSeconds(1.5)) >= 6, "six events that are older than the last second", () => [device.Output, device.Error]);

        device.Signal(Cli.Kill);
        DateTime killed = DateTime.UtcNow;
        await device.ExitAsync(TimeSpan.FromSeconds(10));

        HashSet<string> kept = [.. JournalReader.Read(Path.Combine(state, JournalReader.FileName), new JournalQuery(10_000)).Select(entry => entry.Json)];
        List<(DateTime Logged, string Json)> told = Told(device.Output);
        string[] due = [.. told.Where(line => line.Logged < killed - TimeSpan.FromSeconds(1)).Select(line => line.Json)];
        Assert.True(due.Length >= 4, $"{due.Length} of {told.Count} events are older than a second");
        Assert.All(due, json => Assert.Contains(json, kept));
    }

    [Fact]
    public async Task A_full_disk_stops_the_journal_and_not_the_device()
    {
        // A file system of its own, as large as two floppy disks' worth of nothing: 160 KiB.
        string state = Path.Combine(_folder, "small");
        Directory.CreateDirectory(state);
        string script = $"mount -t tmpfs -o size=160k none '{state}' && exec \"$@\"";
        using Cli device = Cli.Start("unshare", ["-rm", "sh", "-c", script, "sh", _program, .. Arguments, "--set", $"Device:StateFolder={state}"]);
        await Wait.UntilAsync(() => device.Output.Contains("The journal is stopped: ", StringComparison.Ordinal), "the journal is stopped", () => [device.Output, device.Error]);
        int before = Told(device.Output).Count;

        await Wait.UntilAsync(() => Told(device.Output).Count >= before + 4, "the device goes on", () => [device.Output]);
        long start = Stopwatch.GetTimestamp();
        device.Signal(Cli.Terminate);

        Assert.Equal(0, await device.ExitAsync(TimeSpan.FromSeconds(10)));
        Assert.InRange(Stopwatch.GetElapsedTime(start).TotalSeconds, 0, 5);
        Assert.Contains("full", device.Output, StringComparison.Ordinal);
    }

    private static List<(DateTime Logged, string Json)> Told(string output) =>
        [.. Line().Matches(output).Select(match => (DateTime.Parse(match.Groups[1].Value, null, System.Globalization.DateTimeStyles.RoundtripKind), match.Groups[2].Value.TrimEnd()))];

    [GeneratedRegex(@"^(\S+Z) .* present: (\{.*\})\s*$", RegexOptions.Multiline)]
    private static partial Regex Line();
}
