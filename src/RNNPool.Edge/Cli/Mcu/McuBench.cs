using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using RNNPool.Edge.Core;
using RNNPool.Edge.Link.Coprocessor;
using RNNPool.Edge.Link.Messages;
using RNNPool.Edge.Link.Sessions;
using RNNPool.Edge.Settings;
using RNNPool.Edge.Vision.Frames;
using RNNPool.Edge.Vision.Imaging;

namespace RNNPool.Edge.Cli.Mcu;

/// <summary><c>rnnpool-edge mcu bench</c>: measures the time from a frame to its detections.</summary>
internal static class McuBench
{
    private const int MostFrames = 100_000;

    public static (Command Command, string Examples) Build(Terminal terminal, IDeviceComposer composer)
    {
        var frames = new Option<int>("--frames")
        {
            Description = $"Frames to send, 1 to {MostFrames}.",
            HelpName = "N",
            DefaultValueFactory = _ => 20,
        };
        frames.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 1 or > MostFrames)
                result.AddError($"--frames must be from 1 to {MostFrames}.");
        });
        var picture = new Option<string?>("--picture")
        {
            Description = "A picture to send; by default the bundled sequence.",
            HelpName = "FILE",
        };
        var json = Terminal.JsonOption();
        var command = new Command("bench", "Measure frame times, computing times and bytes on the line.") { frames, picture, json };
        McuArguments arguments = McuArguments.AddTo(command, composer, model: false).WithRaw(command);
        command.SetAction(
            (result, cancellationToken) =>
                McuCommand.RunAsync(
                    arguments,
                    result,
                    async session =>
                    {
                        McuBenchReport report = await RunAsync(
                                session,
                                result.GetValue(frames),
                                result.GetValue(picture),
                                terminal,
                                cancellationToken
                            )
                            .ConfigureAwait(false);
                        if (result.GetValue(json))
                            terminal.WriteJson(report, McuJson.Default.McuBenchReport);
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
              rnnpool-edge mcu bench
              rnnpool-edge mcu bench --frames 200 --raw --json
            """
        );
    }

    private static async Task<McuBenchReport> RunAsync(
        McuSession session,
        int count,
        string? picture,
        Terminal terminal,
        CancellationToken cancellationToken
    )
    {
        SlotInfo model = session.Info.ActiveModel
            ?? throw new CommandException("The coprocessor has no model.", "Upload one with rnnpool-edge mcu upload.");
        if (model.Width == 0 || model.Height == 0)
            throw new CommandException($"The coprocessor does not report the input size of its model {model.Name}.");
        List<byte[]> pictures = LoadPictures(picture, model.Width, model.Height, count);
        LinkCounters counters = session.Client.Counters;
        long sent = counters.BytesSent;
        long received = counters.BytesReceived;
        long again = counters.Retransmissions;
        long damaged = counters.DamagedFrames;
        double[] milliseconds = new double[count],
            computing = new double[count],
            pixelBytes = new double[count];
        var outcome = new CoprocessorResult();
        long start = Stopwatch.GetTimestamp();
        await ProgressLine
            .RunAsync(terminal, "frames", count, async advance =>
            {
                for (int i = 0; i < count; i++)
                {
                    await session
                        .Client.DetectAsync(
                            pictures[i % pictures.Count],
                            model.Width,
                            model.Height,
                            model.Width,
                            0,
                            outcome,
                            cancellationToken
                        )
                        .ConfigureAwait(false);
                    (milliseconds[i], computing[i], pixelBytes[i]) = (
                        outcome.Elapsed.TotalMilliseconds,
                        outcome.ComputeTime.TotalMilliseconds,
                        outcome.PixelBytesSent
                    );
                    advance(i + 1);
                }
            })
            .ConfigureAwait(false);
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        foreach (double[] figures in new[] { milliseconds, computing, pixelBytes })
            Array.Sort(figures);
        return new McuBenchReport(
            session.Endpoint.ToString(),
            session.Info.Hello.Board,
            model.Name,
            count,
            Math.Round(milliseconds[0], 2),
            Math.Round(milliseconds[count / 2], 2),
            Math.Round(milliseconds[^1], 2),
            Math.Round(count / seconds, 2),
            computing[^1] > 0 ? Math.Round(computing[count / 2], 2) : null,
            pixelBytes[count / 2],
            model.Width * model.Height,
            Math.Round((counters.BytesSent - sent + counters.BytesReceived - received) / seconds),
            Math.Round(session.Client.RoundTrip.TotalMilliseconds, 2),
            counters.Retransmissions - again,
            counters.DamagedFrames - damaged,
            outcome.ArenaBytes,
            outcome.StackBytes
        );
    }

    private static List<byte[]> LoadPictures(string? picture, int width, int height, int most)
    {
        string sequence = Path.Combine(AppContext.BaseDirectory, "samples", "demo");
        string[] files =
            picture is not null ? [picture]
            : Directory.Exists(sequence) ? [.. Directory.EnumerateFiles(sequence, "*.jpg").Order(StringComparer.Ordinal).Take(most)]
            : [];
        if (files.Length == 0)
            throw new CommandException("The bundled sequence is missing.", "Name a picture with --picture.");
        var letterbox = new GrayLetterbox(width, height);
        var pool = new FramePool(1);
        var pictures = new List<byte[]>();
        foreach (string file in files)
        {
            using Frame frame = ImageCodec.Load(file, pool);
            byte[] grey = new byte[width * height];
            letterbox.Fill(frame, grey);
            pictures.Add(grey);
        }

        return pictures;
    }

    private static void Show(Terminal terminal, McuBenchReport report) =>
        McuInfo.Figures(
            terminal,
            ("endpoint", report.Endpoint),
            ("board", report.Board),
            ("model", report.Model),
            ("frames", Tables.Whole(report.Frames)),
            ("ms per frame: least, median, most", $"{Number(report.MinMs)}, {Number(report.MedianMs)}, {Number(report.MaxMs)}"),
            ("frames per second", report.Fps.ToString("0.00", CultureInfo.InvariantCulture)),
            ("median ms of computing", report.ComputeMs is { } computing ? Number(computing) : "-"),
            ("median bytes of pixels per frame", $"{Tables.Whole((long)report.MedianPixelBytes)} of {Tables.Whole(report.RawPixelBytes)}"),
            ("bytes per second, both ways", Tables.Whole((long)report.BytesPerSecond)),
            ("round trip in ms", Number(report.RoundTripMs)),
            ("retransmissions, damaged frames", $"{Tables.Whole(report.Retransmissions)}, {Tables.Whole(report.DamagedFrames)}"),
            (
                "arena, stack in bytes",
                $"{Tables.Whole(report.ArenaBytes)}, {(report.StackBytes == 0 ? "-" : Tables.Whole(report.StackBytes))}"
            )
        );

    private static string Number(double value) => value.ToString("0.0", CultureInfo.InvariantCulture);
}
