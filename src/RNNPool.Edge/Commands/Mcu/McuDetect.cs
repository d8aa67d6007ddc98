using System.CommandLine;
using System.Globalization;
using RNNPool.Edge.Coprocessor;
using RNNPool.Edge.Events;
using RNNPool.Edge.Vision.Detection;
using RNNPool.Edge.Vision.Frames;
using RNNPool.Edge.Vision.Imaging;
using Spectre.Console;

namespace RNNPool.Edge.Commands.Mcu;

/// <summary><c>rnnpool-edge mcu detect FILE...</c>: what the coprocessor sees in pictures.</summary>
internal static class McuDetect
{
    public static (Command Command, string Examples) Build(Terminal terminal)
    {
        var files = new Argument<string[]>("FILE") { Description = "Pictures: JPEG, PNG, WebP, GIF or BMP.", Arity = ArgumentArity.OneOrMore };
        var json = new Option<bool>("--json") { Description = "Print JSON instead of a table." };
        var compare = new Option<bool>("--compare") { Description = "Run the reference interpreter as well; any difference is a failure." };
        var command = new Command("detect", "Find faces in picture files on the coprocessor.") { files, json, compare };
        McuArguments arguments = McuArguments.AddTo(command, model: true).WithRaw(command);
        command.SetAction((result, cancellationToken) => McuCommand.RunAsync(arguments, result, async session =>
        {
            DeviceModel model = session.RunningModel();
            using var detector = new CoprocessorDetector(session.Client, model, new DetectorOptions(), TimeProvider.System);
            using InterpreterDetector? reference = result.GetValue(compare) ? new InterpreterDetector(model.Package) : null;
            var results = new List<McuFileDetections>();
            var frames = new Pictures(detector, reference, terminal);
            foreach (string file in result.GetValue(files)!) results.Add(await frames.DetectAsync(file, cancellationToken).ConfigureAwait(false));
            if (result.GetValue(json)) McuJson.Print(terminal, results, McuJson.Default.FileDetectionsList);
            else terminal.Output.Write(Tabulate(results, reference is not null));
            if (results.Any(file => file.Error is not null || file.Difference is not null)) return ExitCode.Failure;
            return results.Any(file => file.Detections!.Count > 0) ? ExitCode.Ok : ExitCode.NothingFound;
        }, cancellationToken));
        return (command, """
              rnnpool-edge mcu detect portrait.jpg
              rnnpool-edge mcu detect --compare holiday/*.jpg
            """);
    }

    private static Table Tabulate(List<McuFileDetections> results, bool compared)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumn("file").AddColumn("label");
        foreach (string heading in new[] { "score", "x", "y", "width", "height", "ms", "computing ms" }) table.AddColumn(heading, column => column.RightAligned());
        if (compared) table.AddColumn("interpreter");
        foreach (McuFileDetections result in results.Where(result => result.Error is null))
        {
            string verdict = result.Difference ?? "same";
            string[] times = [Number(result.Ms, "0.0"), Number(result.ComputeMs, "0.0")];
            if (result.Detections!.Count == 0) Add([result.File, "(nothing)", "", "", "", "", "", .. times], verdict);
            for (int i = 0; i < result.Detections.Count; i++)
            {
                FileDetection found = result.Detections[i];
                EventBox box = found.Box;
                string[] cells = [i == 0 ? result.File : "", found.Label, Number(found.Score, "0.000"), Number(box.X, "0"), Number(box.Y, "0"), Number(box.Width, "0"), Number(box.Height, "0")];
                Add([.. cells, .. i == 0 ? times : ["", ""]], i == 0 ? verdict : "");
            }
        }

        return table;

        void Add(string[] cells, string verdict) => McuInfo.Row(table, compared ? [.. cells, verdict] : cells);
    }

    private static string Number(double? value, string format) => value?.ToString(format, CultureInfo.InvariantCulture) ?? "-";

    private sealed class Pictures(CoprocessorDetector detector, InterpreterDetector? reference, Terminal terminal)
    {
        private readonly FramePool _frames = new(2);
        private readonly DetectionList _found = new();
        private readonly DetectionList _expected = new();

        public async Task<McuFileDetections> DetectAsync(string file, CancellationToken cancellationToken)
        {
            try
            {
                using Frame frame = ImageCodec.Load(file, _frames);
                await detector.DetectAsync(frame, _found, cancellationToken).ConfigureAwait(false);
                string? difference = null;
                if (reference is not null)
                {
                    await reference.DetectAsync(frame, _expected, cancellationToken).ConfigureAwait(false);
                    difference = ResultVerifier.Difference(_expected.Items, _found.Items);
                    if (difference is not null) terminal.Fail($"{file}: the coprocessor and the reference interpreter differ: {difference}.");
                }

                TimeSpan computing = detector.LastResult.ComputeTime;
                return new McuFileDetections(
                    file, null, frame.Width, frame.Height, Math.Round(_found.Duration.TotalMilliseconds, 2),
                    computing > TimeSpan.Zero ? Math.Round(computing.TotalMilliseconds, 2) : null, detector.LastResult.PixelBytesSent, difference, Describe(frame));
            }
            catch (ImageException exception)
            {
                terminal.Fail(exception.Message);
                return new McuFileDetections(file, exception.Message, null, null, null, null, null, null, null);
            }
        }

        private List<FileDetection> Describe(Frame frame)
        {
            var list = new List<FileDetection>(_found.Count);
            foreach (Detection found in _found.Items)
            {
                BoundingBox box = found.Box;
                list.Add(new FileDetection(
                    detector.Labels[found.Label],
                    Math.Round(found.Score, 4),
                    new EventBox(Math.Round(box.X, 1), Math.Round(box.Y, 1), Math.Round(box.Width, 1), Math.Round(box.Height, 1)),
                    new EventBox(Math.Round(box.X / frame.Width, 5), Math.Round(box.Y / frame.Height, 5), Math.Round(box.Width / frame.Width, 5), Math.Round(box.Height / frame.Height, 5))));
            }

            return list;
        }
    }
}
