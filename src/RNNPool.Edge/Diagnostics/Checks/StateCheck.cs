using System.Globalization;
using RNNPool.Edge.Core;
using RNNPool.Edge.Health;
using RNNPool.Edge.Sinks.Journal;

namespace RNNPool.Edge.Diagnostics.Checks;

/// <summary>Checks the state folder, the free space of its disk, and the journal in it.</summary>
internal sealed class StateCheck(Lazy<StateFolder> state, Lazy<DiskHealth> diskHealth) : IDoctorCheck
{
    public string Name => "disk";

    public Task<CheckResult> RunAsync(CancellationToken cancellationToken) => Task.FromResult(Run(state.Value, diskHealth.Value));

    private CheckResult Run(StateFolder folder, DiskHealth disk)
    {
        if (folder.Failure is { } failure)
        {
            return Warning(failure, "For a service, use StateDirectory= of systemd. Without the folder no state survives a restart.");
        }

        if (disk.Degradation is { } degradation)
            return Warning(degradation, "Free some space, or lower Journal:MaxSize.");
        string journal = Path.Combine(folder.Path, JournalReader.FileName);
        try
        {
            if (File.Exists(journal))
                JournalReader.Read(journal, new JournalQuery(1));
        }
        catch (JournalException exception)
        {
            return Warning(exception.Message, $"The device renames a damaged journal at its next start; or delete {journal}.");
        }

        string room = disk.FreeBytes is { } free ? string.Create(CultureInfo.InvariantCulture, $", {free / 1048576} MiB free") : "";
        return new CheckResult(Name, CheckOutcome.Ok, $"{folder.Path} is writable{room}.");
    }

    private CheckResult Warning(string finding, string fix) => new(Name, CheckOutcome.Warning, finding, fix);
}
