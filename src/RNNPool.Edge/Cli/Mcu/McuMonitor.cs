using System.CommandLine;
using System.Globalization;
using RNNPool.Edge.Core;
using RNNPool.Edge.Link.Coprocessor;
using RNNPool.Edge.Link.Messages;
using RNNPool.Edge.Link.Sessions;
using RNNPool.Edge.Pipeline.Coprocessor;
using RNNPool.Edge.Settings;

namespace RNNPool.Edge.Cli.Mcu;

/// <summary><c>rnnpool-edge mcu monitor</c>: prints log messages of the coprocessor and counters of the link until Ctrl-C.</summary>
internal static class McuMonitor
{
    private const double LongestInterval = 3600;

    public static (Command Command, string Examples) Build(Terminal terminal, IDeviceComposer composer)
    {
        var interval = new Option<double>("--interval")
        {
            Description = "Seconds from one line of counters to the next, 0.1 to 3600.",
            HelpName = "SECONDS",
            DefaultValueFactory = _ => 1,
        };
        interval.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<double>() is not (>= 0.1 and <= LongestInterval))
                result.AddError("--interval must be from 0.1 to 3600.");
        });
        var count = new Option<int>("--count") { Description = "Number of lines of counters; 0 for no limit.", HelpName = "N" };
        var json = Terminal.JsonOption("lines of text, an object a line");
        var command = new Command("monitor", "Print the log messages of the coprocessor and the counters of the link, until Ctrl-C.")
        {
            interval,
            count,
            json,
        };
        McuArguments arguments = McuArguments.AddTo(command, composer, model: false);
        command.SetAction(
            (result, cancellationToken) =>
                McuCommand.RunAsync(
                    arguments,
                    result,
                    async session =>
                    {
                        var lines = new Lines(session.Client, terminal, result.GetValue(json));
                        try
                        {
                            await lines
                                .RunAsync(TimeSpan.FromSeconds(result.GetValue(interval)), result.GetValue(count), cancellationToken)
                                .ConfigureAwait(false);
                        }
                        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
                        {
                            // Ctrl-C is the normal end.
                        }

                        return ExitCode.Ok;
                    },
                    cancellationToken
                )
        );
        return (
            command,
            """
              rnnpool-edge mcu monitor
              rnnpool-edge mcu monitor --interval 10 --json >> link.log
            """
        );
    }

    private sealed class Lines(CoprocessorClient client, Terminal terminal, bool json)
    {
        private readonly McuEventReader _events = new(client.Events);

        public async Task RunAsync(TimeSpan interval, int count, CancellationToken cancellationToken)
        {
            if (!json)
                terminal.WriteLine("time          rtt ms  received      sent  damaged    again  handshakes  pictures  up s");
            using var timer = new PeriodicTimer(interval);
            for (int i = 0; count == 0 || i < count; i++)
            {
                await _events.ReadUntilAsync(Task.CompletedTask, Print, cancellationToken).ConfigureAwait(false);
                await PrintCountersAsync(cancellationToken).ConfigureAwait(false);
                if (i + 1 == count)
                    break;
                Task<bool> tick = timer.WaitForNextTickAsync(cancellationToken).AsTask();
                await _events.ReadUntilAsync(tick, Print, cancellationToken).ConfigureAwait(false);
                await tick.ConfigureAwait(false);
            }
        }

        private async Task PrintCountersAsync(CancellationToken cancellationToken)
        {
            DeviceStatistics device;
            try
            {
                device = await client.QueryStatisticsAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is LinkException or TimeoutException or CoprocessorException)
            {
                Write("lost", exception.Message);
                return;
            }

            LinkCounterReport host = LinkCounterReport.From(client.Counters);
            double roundTrip = Math.Round(client.RoundTrip.TotalMilliseconds, 2);
            if (json)
            {
                terminal.WriteJson(
                    new McuMonitorLine(DateTime.UtcNow, "counters", null, device, host, roundTrip),
                    McuLineJson.Default.McuMonitorLine
                );
                return;
            }

            long damaged = host.DamagedFrames + device.CheckErrors + device.StuffingErrors + device.LengthErrors;
            terminal.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{DateTime.Now:HH:mm:ss.fff}  {roundTrip, 6:0.0}  {host.FramesReceived, 8}  {host.FramesSent, 8}  {damaged, 7}  "
                        + $"{host.Retransmissions + device.Retransmissions, 7}  {host.Resets, 10}  {device.PicturesDone, 8}  "
                        + $"{device.UptimeMilliseconds / 1000.0, 4:0}"
                )
            );
        }

        private void Print(CoprocessorEvent printed)
        {
            string level = printed.Level switch
            {
                0 => "debug",
                1 => "information",
                2 => "warning",
                _ => "error",
            };
            Write(
                printed.Kind switch
                {
                    CoprocessorEventKind.Log => level,
                    CoprocessorEventKind.Fault => $"fault {printed.Level}",
                    _ => printed.Kind.ToString().ToLowerInvariant(),
                },
                printed.Text
            );
        }

        private void Write(string kind, string text)
        {
            if (json)
                terminal.WriteJson(new McuMonitorLine(DateTime.UtcNow, kind, text, null, null, null), McuLineJson.Default.McuMonitorLine);
            else
                terminal.WriteLine($"{DateTime.Now.ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture)}  {kind}: {text}");
        }
    }
}
