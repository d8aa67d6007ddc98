using System.Text.RegularExpressions;
using RNNPool.Edge.Core;
using RNNPool.Edge.Sinks.Journal;
using RNNPool.Edge.Tests.Cli;
using RNNPool.Edge.Tests.Support;

namespace RNNPool.Edge.Tests.Sinks.Journal;

/// <summary>A real process on a real disk: killed, and with a disk that is full.</summary>
public sealed partial class JournalProcessTests : IDisposable
{
    private const int JournalStopped = 1910;

    private readonly string _folder = Directory.CreateTempSubdirectory("journal-process-").FullName;
    private readonly string _program = CommandLine.Program;

    /// <summary>A face that comes and goes: two events for every eight pictures.</summary>
    private string Pictures
    {
        get
        {
            string folder = Path.Combine(_folder, "pictures");
            if (Directory.Exists(folder))
                return folder;
            Directory.CreateDirectory(folder);
            string face = Path.Combine(Samples.Root, "samples/pictures/astronaut.jpg"),
                none = Path.Combine(Samples.Root, "tests/vectors/face-qvga/pictures/cup.jpg");
            for (int i = 0; i < 8; i++)
                File.CreateSymbolicLink(Path.Combine(folder, $"{i}.jpg"), i < 4 ? face : none);
            return folder;
        }
    }

    private string[] Arguments =>
        [
            "run",
            "--camera",
            $"images:{Pictures}?rate=20&loop=true&cache=true",
            "--port",
            "0",
            "--set",
            "Presence:HistoryLength=1",
            "--set",
            "Presence:OffDelay=00:00:00",
            "--set",
            "Presence:Tracker:MaxMiss=00:00:00",
        ];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>
    /// Half a second after it came an event is committed, as another test shows in virtual time; what is committed survives the kill,
    /// without a hole.
    /// </summary>
    [Fact]
    public async Task A_killed_process_has_lost_nothing_that_was_committed()
    {
        string state = Path.Combine(_folder, "state");
        using CommandLine device = CommandLine.Start(_program, [.. Arguments, "--set", $"Device:StateFolder={state}"]);
        string[] committed = [];
        await Wait.UntilAsync(
            () => (committed = Kept(state)).Length >= 4,
            "four events in the journal",
            () => [device.Output, device.Error]
        );

        device.Signal(CommandLine.Kill);
        await device.ExitAsync();

        string[] kept = Kept(state);
        Assert.Equal(committed, kept.Take(committed.Length));
        string[] logged = Logged(device.Output);

        // Two sinks write the log and the journal independently; the kill may have come between them.
        int both = Math.Min(kept.Length, logged.Length);
        Assert.Equal(logged.Take(both), kept.Take(both));
    }

    [Fact]
    public async Task A_full_disk_stops_the_journal_and_not_the_device()
    {
        // The state folder is a file system of 160 KiB.
        string state = Path.Combine(_folder, "small");
        Directory.CreateDirectory(state);
        string script = $"mount -t tmpfs -o size=160k none '{state}' && exec \"$@\"";
        using CommandLine device = CommandLine.Start(
            "unshare",
            ["-rm", "sh", "-c", script, "sh", _program, .. Arguments, "--set", $"Device:StateFolder={state}"]
        );
        await Wait.UntilAsync(
            () => device.Logged(JournalStopped).Length > 0,
            "the journal is stopped",
            () => [device.Output, device.Error]
        );
        int before = Logged(device.Output).Length;

        await Wait.UntilAsync(() => Logged(device.Output).Length >= before + 4, "the device continues", () => [device.Output]);
        device.Signal(CommandLine.Terminate);

        Assert.Equal(0, await device.ExitAsync());
        Assert.Contains("full", device.Output, StringComparison.Ordinal);
    }

    /// <summary>The events in the log.</summary>
    private static string[] Logged(string output) => [.. Line().Matches(output).Select(match => match.Groups[1].Value.TrimEnd())];

    /// <summary>What the journal holds, oldest first.</summary>
    private static string[] Kept(string state)
    {
        string path = Path.Combine(state, JournalReader.FileName);
        try
        {
            return File.Exists(path) ? [.. JournalReader.Read(path, new JournalQuery(10_000)).Select(entry => entry.Json).Reverse()] : [];
        }
        catch (JournalException)
        {
            return []; // its tables are being made
        }
    }

    [GeneratedRegex(@"^\S+Z .*\[1200\] .*?(\{.*\})\s*$", RegexOptions.Multiline)]
    private static partial Regex Line();
}
