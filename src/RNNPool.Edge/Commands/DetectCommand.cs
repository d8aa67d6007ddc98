using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using RNNPool.Edge.Events;
using RNNPool.Edge.Vision.Detection;
using RNNPool.Edge.Vision.Frames;
using RNNPool.Edge.Vision.Imaging;
using Spectre.Console;

namespace RNNPool.Edge.Commands;

/// <summary><c>rnnpool-edge detect FILE...</c>: what the model sees in pictures.</summary>
internal static class DetectCommand
{
    public static (Command Command, string Examples) Build(Terminal terminal)
    {
        var files = new Argument<string[]>("FILE") { Description = "Pictures: JPEG, PNG, WebP, GIF or BMP.", Arity = ArgumentArity.OneOrMore };
        var json = new Option<bool>("--json") { Description = "Print JSON instead of a table." };
        var annotate = new Option<DirectoryInfo?>("--annotate") { Description = "Write a copy of every picture, with the boxes drawn on it, into this folder.", HelpName = "DIR" };
        var command = new Command("detect", "Find faces in picture files.") { files, json, annotate };
        SharedOptions shared = SharedOptions.AddTo(command, device: false);
        command.SetAction((result, cancellationToken) =>
        {
            using ServiceProvider services = ModelServices.Create(shared.File(result), shared.Overrides(result));
            var run = new DetectRun(services.GetRequiredService<IDetector>(), result.GetValue(annotate)?.FullName, terminal);
            return run.RunAsync(result.GetValue(files)!, result.GetValue(json), cancellationToken);
        });
        return (command, """
              rnnpool-edge detect portrait.jpg
              rnnpool-edge detect --annotate /tmp/seen holiday/*.jpg
              rnnpool-edge detect --json --threshold 0.3 crowd.png
            """);
    }

    private sealed class DetectRun(IDetector detector, string? annotateFolder, Terminal terminal)
    {
        private readonly FramePool _frames = new(2);
        private readonly DetectionList _detections = new();
        private readonly HashSet<string> _written = new(StringComparer.Ordinal);

        public async Task<int> RunAsync(string[] files, bool json, CancellationToken cancellationToken)
        {
            if (annotateFolder is not null) Directory.CreateDirectory(annotateFolder);
            var results = new List<FileDetections>(files.Length);
            foreach (string file in files)
            {
                cancellationToken.ThrowIfCancellationRequested();
                results.Add(await DetectAsync(file, cancellationToken).ConfigureAwait(false));
            }

            if (json) terminal.Output.Profile.Out.Writer.WriteLine(JsonSerializer.Serialize(results, CommandJson.Default.FileDetectionsList));
            else terminal.Output.Write(Tabulate(results));
            if (results.Any(result => result.Error is not null)) return ExitCode.Failure;
            return results.Any(result => result.Detections!.Count > 0) ? ExitCode.Ok : ExitCode.NothingFound;
        }

        private async Task<FileDetections> DetectAsync(string file, CancellationToken cancellationToken)
        {
            try
            {
                using Frame frame = ImageCodec.Load(file, _frames);
                await detector.DetectAsync(frame, _detections, cancellationToken).ConfigureAwait(false);
                if (annotateFolder is not null) Annotate(file, frame);
                return new FileDetections(file, null, frame.Width, frame.Height, Math.Round(_detections.Duration.TotalMilliseconds, 2), [.. Describe(frame)]);
            }
            catch (ImageException exception)
            {
                terminal.Fail(exception.Message);
                return new FileDetections(file, exception.Message, null, null, null, null);
            }
        }

        private List<FileDetection> Describe(Frame frame)
        {
            var list = new List<FileDetection>(_detections.Count);
            foreach (Detection detection in _detections.Items)
            {
                BoundingBox box = detection.Box;
                list.Add(new FileDetection(
                    detector.Labels[detection.Label],
                    Math.Round(detection.Score, 4),
                    new EventBox(Math.Round(box.X, 1), Math.Round(box.Y, 1), Math.Round(box.Width, 1), Math.Round(box.Height, 1)),
                    new EventBox(Fraction(box.X, frame.Width), Fraction(box.Y, frame.Height), Fraction(box.Width, frame.Width), Fraction(box.Height, frame.Height))));
            }

            return list;
        }

        private void Annotate(string file, Frame frame)
        {
            byte[] jpeg = BoxPainter.Encode(frame, _detections.Items, detector.Labels, ImageEncoding.Jpeg);
            string stem = Path.GetFileNameWithoutExtension(file), name = $"{stem}.detections.jpg";

            // Two inputs of one name must not end up in one file; a run that is repeated writes the same files again.
            for (int i = 2; !_written.Add(name); i++) name = $"{stem}.{i}.detections.jpg";
            File.WriteAllBytes(Path.Combine(annotateFolder!, name), jpeg);
        }

        private static double Fraction(float length, int whole) => Math.Round((double)length / whole, 5);

        private static Table Tabulate(List<FileDetections> results)
        {
            var table = new Table().Border(TableBorder.Simple);
            table.AddColumn("file").AddColumn("label");
            foreach (string heading in new[] { "score", "x", "y", "width", "height", "ms" }) table.AddColumn(heading, column => column.RightAligned());
            foreach (FileDetections result in results)
            {
                if (result.Error is not null) continue;
                if (result.Detections!.Count == 0) Add(table, result.File, "(nothing)", "", "", "", "", "", Number(result.Ms!.Value, "0.0"));
                for (int i = 0; i < result.Detections.Count; i++)
                {
                    FileDetection detection = result.Detections[i];
                    EventBox box = detection.Box;
                    Add(table, i == 0 ? result.File : "", detection.Label, Number(detection.Score, "0.000"), Number(box.X, "0"), Number(box.Y, "0"), Number(box.Width, "0"),
                        Number(box.Height, "0"), i == 0 ? Number(result.Ms!.Value, "0.0") : "");
                }
            }

            return table;
        }

        private static void Add(Table table, params string[] cells) => table.AddRow(cells.Select(cell => new Text(cell)));

        private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
    }
}
