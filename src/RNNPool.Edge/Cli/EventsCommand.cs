using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using RNNPool.Edge.Core;
using RNNPool.Edge.Events;
using RNNPool.Edge.Settings;
using RNNPool.Edge.Sinks.Journal;
using RNNPool.Edge.Web;

namespace RNNPool.Edge.Cli;

/// <summary><c>rnnpool-edge events</c>: prints the events of the journal; the device may be running.</summary>
internal static class EventsCommand
{
    private static readonly TimeSpan FollowInterval = TimeSpan.FromSeconds(0.5);

    public static (Command Command, string Examples) Build(Terminal terminal, IDeviceComposer composer)
    {
        var json = Terminal.JsonOption("text, an event a line");
        var follow = new Option<bool>("--follow") { Description = "Continue with new events until Ctrl-C." };
        var limit = new Option<int>("--limit")
        {
            Description = "Most events, the newest ones; 1 to 100000.",
            HelpName = "N",
            DefaultValueFactory = _ => 50,
        };
        var label = new Option<string?>("--label") { Description = "Only events of this label.", HelpName = "LABEL" };
        var since = new Option<string?>("--since")
        {
            Description = "Only events at or after this time, such as 2026-11-23T10:00:00Z, or this long ago, such as 2h, 30min or 7d.",
            HelpName = "TIME",
        };
        limit.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is not (>= 1 and <= 100_000))
                result.AddError("--limit must be from 1 to 100000.");
        });
        var command = new Command("events", "Print the events of the journal, the oldest first.") { json, follow, limit, label, since };
        SharedOptions shared = SharedOptions.AddTo(command, composer, device: false);
        command.SetAction(
            async (result, cancellationToken) =>
            {
                TargetDevice device = shared.LoadDevice(result);
                StateLocation.DropPrivileges(device);
                string path = Locate(device);
                DateTimeOffset? from = result.GetValue(since) is { } text ? Since(text, TimeProvider.System.GetUtcNow()) : null;
                var query = new JournalQuery(result.GetValue(limit), from, result.GetValue(label));
                long last = Print(terminal, Read(path, query), result.GetValue(json));
                while (result.GetValue(follow))
                {
                    await Task.Delay(FollowInterval, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                    if (cancellationToken.IsCancellationRequested)
                        break;
                    last = Math.Max(last, Print(terminal, Read(path, query with { Limit = 100_000, After = last }), result.GetValue(json)));
                }

                return ExitCode.Ok;
            }
        );
        return (
            command,
            """
              rnnpool-edge events --since 2h
              rnnpool-edge events --json --limit 1000 --label face
              rnnpool-edge events --follow
            """
        );
    }

    /// <summary>Parses a time or a duration before now.</summary>
    /// <exception cref="CommandException">It is neither of them.</exception>
    internal static DateTimeOffset Since(string text, DateTimeOffset now)
    {
        (string Unit, double Seconds)[] units = [("min", 60), ("s", 1), ("h", 3600), ("d", 86400)];
        foreach ((string unit, double seconds) in units)
        {
            if (
                text.EndsWith(unit, StringComparison.Ordinal)
                && double.TryParse(text[..^unit.Length], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double count)
                && count * seconds < 1e10
            )
            {
                return now.AddSeconds(-count * seconds);
            }
        }

        return UtcTime.TryParse(text, out UtcTime time)
            ? time.Value
            : throw new CommandException(
                $"--since is '{SettingRules.Printable(text)}'; it must be a time such as 2026-11-23T10:00:00Z, "
                    + "or a time ago such as 2h, 30min or 7d.",
                null,
                ExitCode.Usage
            );
    }

    private static string Locate(TargetDevice device)
    {
        string path = Path.Combine(StateLocation.Find(device, JournalReader.FileName), JournalReader.FileName);
        if (File.Exists(path))
            return path;
        throw device.Running is { StateFolder: { } folder } running
            ? new CommandException($"{running} has no journal in {folder}.", "Check Journal:Enabled.")
            : new CommandException(
                $"There is no journal in {string.Join(" or ", StateLocation.Candidates(device.Settings))}; "
                    + "no device that this user may see uses it.",
                device.DescribeHidden()
                    ?? "If the device has run as another user, run this command as that user or as root, "
                        + "or name the folder with --set Device:StateFolder=FOLDER."
            );
    }

    private static IReadOnlyList<JournalEntry> Read(string path, JournalQuery query)
    {
        try
        {
            return JournalReader.Read(path, query);
        }
        catch (JournalException exception)
        {
            throw new CommandException(exception.Message, "Run this as the user of the device, or as root.", ExitCode.Failure, exception);
        }
    }

    private static long Print(Terminal terminal, IReadOnlyList<JournalEntry> entries, bool json)
    {
        foreach (JournalEntry entry in entries.Reverse())
        {
            terminal.WriteLine(json ? entry.Json : Line(entry));
        }

        return entries.Count > 0 ? entries[0].Sequence : 0;
    }

    private static string Line(JournalEntry entry)
    {
        try
        {
            return EventLine.Format(JsonSerializer.Deserialize(entry.Json, EventJson.Default.PresenceEvent)!);
        }
        catch (JsonException)
        {
            // Another version wrote the JSON; the columns are still valid.
            return EventLine.Format(DateTimeOffset.FromUnixTimeMilliseconds(entry.Time).UtcDateTime, entry.Type, entry.Label, entry.Id);
        }
    }
}
