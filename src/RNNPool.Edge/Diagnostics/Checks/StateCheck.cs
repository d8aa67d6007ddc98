using System.Globalization;
using RNNPool.Edge.Core;
using RNNPool.Edge.Health;
using RNNPool.Edge.Sinks.Journal;

namespace RNNPool.Edge.Diagnostics.Checks;

/// <summary>The state folder, the room on its disk, and the journal in it.</summary>
internal sealed class StateCheck(IServiceProvider services) : IDoctorCheck
{
    public string Name => "disk";

    public Task<CheckResult> RunAsync(CancellationToken cancellationToken) => Task.FromResult(Run());

    private CheckResult Run()
    {
        var folder = services.GetRequiredService<StateFolder>();
        if (folder.Failure is { } failure)
            return new CheckResult(
                Name,
                CheckOutcome.Warning,
                failure,
                "As a service, use StateDirectory= of systemd. Without it nothing is kept over a restart."
            );
        var disk = services.GetRequiredService<DiskHealth>();
        if (disk.Degradation is { } degradation)
            return new CheckResult(Name, CheckOutcome.Warning, degradation, "Make room, or lower Journal:MaxSize.");
        string journal = Path.Combine(folder.Path, JournalReader.FileName);
        try
        {
            if (File.Exists(journal))
                JournalReader.Read(journal, new JournalQuery(1));
        }
        catch (JournalException exception)
        {
            return new CheckResult(
                Name,
                CheckOutcome.Warning,
                exception.Message,
                $"A device sets a damaged journal aside by itself; or delete {journal}."
            );
        }

        string room = disk.FreeBytes is { } free ? string.Create(CultureInfo.InvariantCulture, $", {free / 1048576} MiB free") : "";
        return new CheckResult(Name, CheckOutcome.Ok, $"{folder.Path} can be written{room}.");
    }
}
