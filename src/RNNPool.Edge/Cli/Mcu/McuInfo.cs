using System.CommandLine;
using System.Globalization;
using RNNPool.Edge.Core;
using RNNPool.Edge.Link.Coprocessor;
using RNNPool.Edge.Link.Messages;
using RNNPool.Edge.Pipeline.Coprocessor;
using RNNPool.Edge.Settings;
using Spectre.Console;

namespace RNNPool.Edge.Cli.Mcu;

/// <summary><c>rnnpool-edge mcu info</c>: prints board, firmware, models and link counters of the coprocessor.</summary>
internal static class McuInfo
{
    public static (Command Command, string Examples) Build(Terminal terminal, IDeviceComposer composer)
    {
        var json = Terminal.JsonOption("tables");
        var command = new Command("info", "Show the board, its firmware, its model slots and the counters of the link.") { json };
        McuArguments arguments = McuArguments.AddTo(command, composer, model: false);
        command.SetAction(
            (result, cancellationToken) =>
                McuCommand.RunAsync(
                    arguments,
                    result,
                    async session =>
                    {
                        DeviceStatistics statistics = await session.Client.QueryStatisticsAsync(cancellationToken).ConfigureAwait(false);
                        McuInfoReport report = Report(session, statistics);
                        if (result.GetValue(json))
                            terminal.WriteJson(report, McuJson.Default.McuInfoReport);
                        else
                            Show(terminal, report);
                        return ExitCode.Ok;
                    },
                    cancellationToken
                )
        );
        return (
            command,
            """
              rnnpool-edge mcu info
              rnnpool-edge mcu info --endpoint tcp://127.0.0.1:5555 --json
            """
        );
    }

    private static McuInfoReport Report(McuSession session, in DeviceStatistics statistics)
    {
        CoprocessorInfo info = session.Info;
        DeviceHello hello = info.Hello;
        return new McuInfoReport(
            session.Endpoint.ToString(),
            hello.Board,
            hello.FirmwareVersion.ToString(),
            hello.BuildHash,
            hello.DeviceId,
            hello.BootReason.ToString().ToLowerInvariant(),
            hello.Version,
            hello.ClockHz,
            hello.MaxPayload,
            hello.Window,
            hello.MaxWidth,
            info.CanUpload,
            hello.Capabilities.HasFlag(DeviceCapabilities.RowCode),
            hello.Capabilities.HasFlag(DeviceCapabilities.Reboot),
            Math.Round(session.Client.RoundTrip.TotalMilliseconds, 2),
            hello.WorkLimit > 0 ? hello.WorkLimit : null,
            hello.Fault?.ToString(),
            [.. info.Slots.Select(slot => Slot(slot, hello))],
            statistics,
            LinkCounterReport.From(session.Client.Counters)
        );
    }

    private static McuSlotReport Slot(SlotInfo slot, DeviceHello hello)
    {
        bool empty = slot.State == SlotState.Empty;
        return new McuSlotReport(
            SlotName(slot.Slot),
            slot.State.ToString().ToLowerInvariant(),
            slot.Name.Length > 0 ? slot.Name : null,
            slot.Width > 0 ? slot.Width : null,
            slot.Height > 0 ? slot.Height : null,
            empty ? 0 : slot.Size,
            slot.Slot == SlotInfo.BuiltIn ? slot.Size : hello.SlotBytes,
            slot.ArenaBytes,
            empty ? null : slot.Sha256
        );
    }

    /// <summary>Name of a slot.</summary>
    public static string SlotName(byte slot) =>
        slot switch
        {
            SlotInfo.BuiltIn => "built-in",
            SlotInfo.None => "none",
            _ => slot.ToString(CultureInfo.InvariantCulture),
        };

    private static void Show(Terminal terminal, McuInfoReport report)
    {
        string[] abilities =
        [
            .. new[] { (report.CanUpload, "upload"), (report.RowCode, "row code"), (report.CanReboot, "reboot") }
                .Where(pair => pair.Item1)
                .Select(pair => pair.Item2),
        ];
        Figures(
            terminal,
            ("endpoint", report.Endpoint),
            ("board", report.Board),
            ("firmware", $"{report.Firmware} (build {report.Build})"),
            ("device id", report.DeviceId),
            ("last start", report.BootReason),
            ("last fault", report.Fault ?? "none"),
            ("up for", TimeSpan.FromSeconds(report.Device.UptimeMilliseconds / 1000).ToString("c", CultureInfo.InvariantCulture)),
            ("clock", report.ClockHz == 0 ? "-" : string.Create(CultureInfo.InvariantCulture, $"{report.ClockHz / 1e6:0.#} MHz")),
            (
                "protocol",
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{report.Protocol}, payload {report.MaxPayload} bytes, window {report.Window}, width up to {report.MaxWidth} pixels"
                )
            ),
            (
                "model limit",
                report.WorkLimit is { } limit
                    ? string.Create(CultureInfo.InvariantCulture, $"{limit / 1e6:0.#} million multiply-accumulates")
                    : "none stated"
            ),
            ("can", abilities.Length == 0 ? "no optional capabilities" : string.Join(", ", abilities)),
            ("round trip", string.Create(CultureInfo.InvariantCulture, $"{report.RoundTripMs:0.0} ms"))
        );

        Table slots = Tables.CreateText("slot", "state", "model", "input").Figures("bytes", "capacity", "arena").Words("sha-256");
        foreach (McuSlotReport slot in report.Slots)
        {
            string input = slot.Width is null ? "" : string.Create(CultureInfo.InvariantCulture, $"{slot.Width}x{slot.Height}");
            slots.Add(
                slot.Slot,
                slot.State,
                slot.Name ?? "",
                input,
                Tables.Whole(slot.Size),
                Tables.Whole(slot.Capacity),
                Tables.Whole(slot.ArenaBytes),
                slot.Sha256?[..16] ?? ""
            );
        }

        terminal.Write(slots);
        terminal.Write(Counters(report.Device, report.Host));
    }

    /// <summary>The counters of both sides.</summary>
    private static Table Counters(in DeviceStatistics device, LinkCounterReport host)
    {
        Table table = Tables.Create("counter", ["coprocessor", "host"]);
        table.Add("frames received", Tables.Whole(device.FramesReceived), Tables.Whole(host.FramesReceived));
        table.Add("frames sent", Tables.Whole(device.FramesSent), Tables.Whole(host.FramesSent));
        table.Add(
            "damaged frames",
            Tables.Whole((long)device.CheckErrors + device.StuffingErrors + device.LengthErrors),
            Tables.Whole(host.DamagedFrames)
        );
        table.Add("gaps in sequence", Tables.Whole(device.SequenceGaps), Tables.Whole(host.SequenceGaps));
        table.Add("repetitions", Tables.Whole(device.Duplicates), Tables.Whole(host.Duplicates));
        table.Add("retransmissions", Tables.Whole(device.Retransmissions), Tables.Whole(host.Retransmissions));
        table.Add("stale frames", Tables.Whole(device.StaleFrames), Tables.Whole(host.StaleFrames));
        table.Add("handshakes", Tables.Whole(device.Resets), Tables.Whole(host.Resets));
        table.Add("silent peers", Tables.Whole(device.PeerTimeouts), Tables.Whole(host.Timeouts));
        table.Add("bytes lost in a full ring", Tables.Whole(device.Overruns), "");
        table.Add("events dropped", Tables.Whole(device.EventsDropped), "");
        table.Add(
            "pictures begun / done / dropped",
            $"{Tables.Whole(device.PicturesBegun)} / {Tables.Whole(device.PicturesDone)} / {Tables.Whole(device.PicturesAborted)}",
            ""
        );
        return table;
    }

    /// <summary>Writes a table of figures.</summary>
    public static void Figures(Terminal terminal, params (string Name, string Value)[] figures) =>
        terminal.Write(Tables.Pairs("figure", "value", figures));
}
