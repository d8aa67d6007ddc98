using System.CommandLine;
using RNNPool.Edge.Core;
using RNNPool.Edge.Pipeline.Coprocessor;
using RNNPool.Edge.Settings;
using RNNPool.Edge.Vision.Detectors;
using RNNPool.Edge.Vision.Frames;
using RNNPool.Edge.Vision.Geometry;
using RNNPool.Edge.Vision.Imaging;

namespace RNNPool.Edge.Cli.Mcu;

/// <summary><c>rnnpool-edge mcu detect FILE...</c>: runs the coprocessor on pictures.</summary>
internal static class McuDetect
{
    public static (Command Command, string Examples) Build(Terminal terminal, IDeviceComposer composer)
    {
        var files = new Argument<string[]>("FILE")
        {
            Description = "Pictures: JPEG, PNG, WebP, GIF or BMP.",
            Arity = ArgumentArity.OneOrMore,
        };
        var json = Terminal.JsonOption();
        var compare = new Option<bool>("--compare") { Description = "Run the reference interpreter as well; any difference is a failure." };
        var command = new Command("detect", "Detect faces or persons in picture files on the coprocessor.") { files, json, compare };
        McuArguments arguments = McuArguments.AddTo(command, composer, model: true).WithRaw(command);
        command.SetAction(
            (result, cancellationToken) =>
                McuCommand.RunAsync(
                    arguments,
                    result,
                    async session =>
                    {
                        DeviceModel model = session.RunningModel();
                        var options = new DetectorOptions();
                        using var detector = new CoprocessorDetector(session.Client, model, options, TimeProvider.System);
                        using PackageDetector? reference = result.GetValue(compare) ? model.CreateReference(options) : null;
                        var results = new List<McuFileDetections>();
                        var frames = new Pictures(detector, reference, terminal);
                        await ProgressLine
                            .RunAsync(terminal, "pictures", result.GetValue(files)!.Length, async advance =>
                            {
                                foreach (string file in result.GetValue(files)!)
                                {
                                    results.Add(await frames.DetectAsync(file, cancellationToken).ConfigureAwait(false));
                                    advance(results.Count);
                                }
                            })
                            .ConfigureAwait(false);
                        if (result.GetValue(json))
                            terminal.WriteJson(results, McuJson.Default.FileDetectionsList);
                        else
                            Tabulate(terminal, results, reference is not null);
                        if (results.Any(file => file.Error is not null || file.Difference is not null))
                            return ExitCode.Failure;
                        return results.Any(file => file.Detections!.Count > 0) ? ExitCode.Ok : ExitCode.NothingFound;
                    },
                    cancellationToken
                )
        );
        return (
            command,
            """
              rnnpool-edge mcu detect portrait.jpg
              rnnpool-edge mcu detect --compare holiday/*.jpg
            """
        );
    }

    private static void Tabulate(Terminal terminal, List<McuFileDetections> results, bool compared)
    {
        var table = new DetectionTable(["ms", "computing ms"], compared ? "interpreter" : null);
        foreach (McuFileDetections result in results.Where(result => result.Error is null))
        {
            string[] times = [DetectionTable.Number(result.Ms, "0.0"), DetectionTable.Number(result.ComputeMs, "0.0")];
            table.Add(result.File, result.Detections!, compared ? [.. times, result.Difference ?? "same"] : times);
        }

        table.Write(terminal);
    }

    private sealed class Pictures(CoprocessorDetector detector, PackageDetector? reference, Terminal terminal)
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
                    if (difference is not null)
                        terminal.Fail($"{file}: the coprocessor and the reference interpreter differ: {difference}.");
                }

                TimeSpan computing = detector.LastResult.ComputeTime;
                return new McuFileDetections(
                    file,
                    null,
                    frame.Width,
                    frame.Height,
                    Math.Round(_found.Duration.TotalMilliseconds, 2),
                    computing > TimeSpan.Zero ? Math.Round(computing.TotalMilliseconds, 2) : null,
                    detector.LastResult.PixelBytesSent,
                    difference,
                    DetectionTable.Describe(_found.Items, detector.Labels, frame)
                );
            }
            catch (ImageException exception)
            {
                terminal.Fail(exception.Message);
                return new McuFileDetections(file, exception.Message, null, null, null, null, null, null, null);
            }
        }
    }
}
