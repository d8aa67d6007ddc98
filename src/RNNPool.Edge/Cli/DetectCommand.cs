using System.CommandLine;
using RNNPool.Edge.Core;
using RNNPool.Edge.Settings;
using RNNPool.Edge.Vision.Detectors;
using RNNPool.Edge.Vision.Frames;
using RNNPool.Edge.Vision.Geometry;
using RNNPool.Edge.Vision.Imaging;

namespace RNNPool.Edge.Cli;

/// <summary><c>rnnpool-edge detect FILE...</c>: runs the model on pictures.</summary>
internal static class DetectCommand
{
    private static readonly string[] StandardInput = ["-", "/dev/stdin"];

    public static (Command Command, string Examples) Build(Terminal terminal, IDeviceComposer composer)
    {
        var files = new Argument<string[]>("FILE")
        {
            Description = "Pictures: JPEG, PNG, WebP, GIF or BMP; - for standard input.",
            Arity = ArgumentArity.OneOrMore,
        };
        var json = Terminal.JsonOption();
        var annotate = new Option<DirectoryInfo?>("--annotate")
        {
            Description = "Write a copy of each picture with its boxes into this folder.",
            HelpName = "DIR",
        };
        var command = new Command("detect", "Find faces or persons in picture files.") { files, json, annotate };
        SharedOptions shared = SharedOptions.AddTo(command, composer, device: false);
        command.SetAction(
            async (result, cancellationToken) =>
            {
                using Composition<IDetector> model = composer.Compose<IDetector>(shared.Load(result), CompositionScope.Model);
                var run = new DetectRun(model.Root, result.GetValue(annotate)?.FullName, terminal);
                return await run.RunAsync(result.GetValue(files)!, result.GetValue(json), cancellationToken).ConfigureAwait(false);
            }
        );
        return (
            command,
            """
              rnnpool-edge detect portrait.jpg
              rnnpool-edge detect --annotate /tmp/seen holiday/*.jpg
              rnnpool-edge detect --json --threshold 0.3 crowd.png
            """
        );
    }

    private sealed class DetectRun(IDetector detector, string? annotateFolder, Terminal terminal)
    {
        private readonly FramePool _frames = new(2);
        private readonly DetectionList _detections = new();
        private readonly HashSet<string> _written = new(StringComparer.Ordinal);

        public async Task<int> RunAsync(string[] files, bool json, CancellationToken cancellationToken)
        {
            if (annotateFolder is not null)
                CreateFolder(annotateFolder);
            var results = new List<FileDetections>(files.Length);
            await ProgressLine
                .RunAsync(terminal, "pictures", files.Length, async advance =>
                {
                    foreach (string file in files)
                    {
                        cancellationToken.ThrowIfCancellationRequested();
                        results.Add(await DetectAsync(file, cancellationToken).ConfigureAwait(false));
                        advance(results.Count);
                    }
                })
                .ConfigureAwait(false);

            if (json)
                terminal.WriteJson(results, CommandJson.Default.FileDetectionsList);
            else
                Tabulate(results);
            if (results.Any(result => result.Error is not null))
                return ExitCode.Failure;
            return results.Any(result => result.Detections!.Count > 0) ? ExitCode.Ok : ExitCode.NothingFound;
        }

        private static void CreateFolder(string folder)
        {
            try
            {
                Directory.CreateDirectory(folder);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                throw new CommandException(
                    $"The folder {folder} cannot be created.",
                    "Name one that this user may write with --annotate.",
                    ExitCode.Failure,
                    exception
                );
            }
        }

        private async Task<FileDetections> DetectAsync(string file, CancellationToken cancellationToken)
        {
            try
            {
                using Frame frame = await LoadAsync(file, cancellationToken).ConfigureAwait(false);
                await detector.DetectAsync(frame, _detections, cancellationToken).ConfigureAwait(false);
                if (annotateFolder is not null)
                    Annotate(file, frame);
                return new FileDetections(
                    file,
                    null,
                    frame.Width,
                    frame.Height,
                    Math.Round(_detections.Duration.TotalMilliseconds, 2),
                    DetectionTable.Describe(_detections.Items, detector.Labels, frame)
                );
            }
            catch (ImageException exception)
            {
                terminal.Fail(exception.Message);
                return new FileDetections(file, exception.Message, null, null, null, null);
            }
        }

        /// <summary>Reads a file, or standard input, which cannot be sought.</summary>
        private async Task<Frame> LoadAsync(string file, CancellationToken cancellationToken)
        {
            if (!StandardInput.Contains(file))
                return ImageCodec.Load(file, _frames);
            using var data = new MemoryStream();
            Stream input = Console.OpenStandardInput();
            await using (input.ConfigureAwait(false))
            {
                byte[] buffer = new byte[81920];
                for (int read; (read = await input.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0; )
                {
                    data.Write(buffer, 0, read);
                    if (data.Length > ImageCodec.MaxFileBytes)
                        throw new ImageException($"{file}: standard input has more than {ImageCodec.MaxFileBytes} bytes.");
                }
            }

            return ImageCodec.Decode(data.GetBuffer().AsSpan(0, (int)data.Length), file, _frames);
        }

        private void Tabulate(List<FileDetections> results)
        {
            var table = new DetectionTable(["ms"]);
            foreach (FileDetections result in results.Where(result => result.Error is null))
                table.Add(result.File, result.Detections!, DetectionTable.Number(result.Ms, "0.0"));
            table.Write(terminal);
        }

        private void Annotate(string file, Frame frame)
        {
            byte[] jpeg = BoxPainter.Encode(frame, _detections.Items, detector.Labels, ImageEncoding.Jpeg);
            string stem = StandardInput.Contains(file) ? "stdin" : Path.GetFileNameWithoutExtension(file),
                name = $"{stem}.detections.jpg";

            // Two inputs with one name get different files; a repeated run overwrites its own files.
            for (int i = 2; !_written.Add(name); i++)
                name = $"{stem}.{i}.detections.jpg";
            File.WriteAllBytes(Path.Combine(annotateFolder!, name), jpeg);
        }
    }
}
