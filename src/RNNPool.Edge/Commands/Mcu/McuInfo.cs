using System.CommandLine;
using System.Globalization;
using RNNPool.Edge.Coprocessor;
using RNNPool.Edge.Link.Coprocessor;
using RNNPool.Edge.Link.Messages;
using Spectre.Console;

namespace RNNPool.Edge.Commands.Mcu;

/// <summary><c>rnnpool-edge mcu info</c>: what the coprocessor is, what it holds, and how the link fares.</summary>
internal static class McuInfo
{
    public static (Command Command, string Examples) Build(Terminal terminal)
    {
        var json = new Option<bool>("--json") { Description = "Print JSON instead of tables." };
        var command = new Command("info", "Show the board, its firmware, its model slots and the counters of the link.") { json };
        McuArguments arguments = McuArguments.AddTo(command, model: false);
        command.SetAction((result, cancellationToken) => McuCommand.RunAsync(arguments, result, async session =>
        {
            DeviceStatistics statistics = await session.Client.QueryStatisticsAsync(cancellationToken).ConfigureAwait(false);
            McuInfoReport report = Report(session, statistics);
            if (result.GetValue(json)) McuJson.Print(terminal, report, McuJson.Default.McuInfoReport);
            else Show(terminal, report);
            return ExitCode.Ok;
        }, cancellationToken));
        return (command, """
              rnnpool-edge mcu info
              rnnpool-edge mcu info --endpoint tcp://127.0.0.1:5555 --json
            """);
    }

    private static McuInfoReport Report(McuSession session, in DeviceStatistics statistics)
    {
        CoprocessorInfo info = session.Info;
        DeviceHello hello = info.Hello;
        return new McuInfoReport(
            session.Endpoint.ToString(), hello.Board, hello.FirmwareVersion.ToString(), hello.BuildHash, hello.DeviceId, hello.BootReason.ToString().ToLowerInvariant(), hello.Version,
            hello.ClockHz, hello.MaxPayload, hello.Window, hello.MaxWidth, info.CanUpload, hello.Capabilities.HasFlag(DeviceCapabilities.RowCode),
            hello.Capabilities.HasFlag(DeviceCapabilities.Reboot), Math.Round(session.Client.RoundTrip.TotalMilliseconds, 2), [.. info.Slots.Select(slot => Slot(slot, hello))], statistics,
            LinkCounterReport.Of(session.Client.Counters));
    }

    private static McuSlotReport Slot(SlotInfo slot, DeviceHello hello)
    {
        bool empty = slot.State == SlotState.Empty;
        return new McuSlotReport(
            SlotName(slot.Slot), slot.State.ToString().ToLowerInvariant(), slot.Name.Length > 0 ? slot.Name : null, slot.Width > 0 ? slot.Width : null, slot.Height > 0 ? slot.Height : null,
            empty ? 0 : slot.Size, slot.Slot == SlotInfo.BuiltIn ? slot.Size : hello.SlotBytes, slot.ArenaBytes, empty ? null : slot.Sha256);
    }

    /// <summary>A slot in words.</summary>
    public static string SlotName(byte slot) => slot switch
    {
        SlotInfo.BuiltIn => "built-in",
        SlotInfo.None => "none",
        _ => slot.ToString(CultureInfo.InvariantCulture),
    };

    private static void Show(Terminal terminal, McuInfoReport report)
    {
        string[] abilities = [.. new[] { (report.CanUpload, "upload"), (report.RowCode, "row code"), (report.CanReboot, "reboot") }.Where(pair => pair.Item1).Select(pair => pair.Item2)];
        Figures(
            terminal,
            ("endpoint", report.Endpoint),
            ("board", report.Board),
            ("firmware", $"{report.Firmware} (build {report.Build})"),
            ("device id", report.DeviceId),
            ("last start", report.BootReason),
            ("up for", TimeSpan.FromSeconds(report.Device.UptimeMilliseconds / 1000).ToString("c", CultureInfo.InvariantCulture)),
            ("clock", report.ClockHz == 0 ? "-" : string.Create(CultureInfo.InvariantCulture, $"{report.ClockHz / 1e6:0.#} MHz")),
            ("protocol", string.Create(CultureInfo.InvariantCulture, $"{report.Protocol}, payload {report.MaxPayload} bytes, window {report.Window}, pictures up to {report.MaxWidth} pixels wide")),
            ("can", abilities.Length == 0 ? "nothing beyond the basics" : string.Join(", ", abilities)),
            ("round trip", string.Create(CultureInfo.InvariantCulture, $"{report.RoundTripMs:0.0} ms")));

        var slots = new Table().Border(TableBorder.Simple);
        foreach (string heading in new[] { "slot", "state", "model", "input" }) slots.AddColumn(heading);
        foreach (string heading in new[] { "bytes", "capacity", "arena" }) slots.AddColumn(heading, column => column.RightAligned());
        slots.AddColumn("sha-256");
        foreach (McuSlotReport slot in report.Slots)
        {
            string input = slot.Width is null ? "" : string.Create(CultureInfo.InvariantCulture, $"{slot.Width}x{slot.Height}");
            Row(slots, slot.Slot, slot.State, slot.Name ?? "", input, Number(slot.Size), Number(slot.Capacity), Number(slot.ArenaBytes), slot.Sha256?[..16] ?? "");
        }

        terminal.Output.Write(slots);
        terminal.Output.Write(Counters(report.Device, report.Host));
    }

    /// <summary>Both sides' counters side by side.</summary>
    private static Table Counters(in DeviceStatistics device, LinkCounterReport host)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumn("counter").AddColumn("coprocessor", column => column.RightAligned()).AddColumn("host", column => column.RightAligned());
        Row(table, "frames received", Number(device.FramesReceived), Number(host.FramesReceived));
        Row(table, "frames sent", Number(device.FramesSent), Number(host.FramesSent));
        Row(table, "damaged frames", Number((long)device.CheckErrors + device.StuffingErrors + device.LengthErrors), Number(host.DamagedFrames));
        Row(table, "gaps in sequence", Number(device.SequenceGaps), Number(host.SequenceGaps));
        Row(table, "repetitions", Number(device.Duplicates), Number(host.Duplicates));
        Row(table, "retransmissions", Number(device.Retransmissions), Number(host.Retransmissions));
        Row(table, "stale frames", Number(device.StaleFrames), Number(host.StaleFrames));
        Row(table, "handshakes", Number(device.Resets), Number(host.Resets));
        Row(table, "silent peers", Number(device.PeerTimeouts), Number(host.Timeouts));
        Row(table, "bytes lost in a full ring", Number(device.Overruns), "");
        Row(table, "events dropped", Number(device.EventsDropped), "");
        Row(table, "pictures begun / done / dropped", $"{Number(device.PicturesBegun)} / {Number(device.PicturesDone)} / {Number(device.PicturesAborted)}", "");
        return table;
    }

    /// <summary>A table of names and values.</summary>
    public static void Figures(Terminal terminal, params (string Name, string Value)[] figures)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumn("figure").AddColumn("value");
        foreach ((string name, string value) in figures) Row(table, name, value);
        terminal.Output.Write(table);
    }

    public static void Row(Table table, params string[] cells) => table.AddRow(cells.Select(cell => new Text(cell)));

    public static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
