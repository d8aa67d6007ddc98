using System.CommandLine;
using System.Globalization;
using RNNPool.Edge.Cli.Model;
using RNNPool.Edge.Core;
using RNNPool.Edge.Models;
using RNNPool.Edge.Models.Folders;
using RNNPool.Edge.Pipeline.Engines;
using Spectre.Console;

namespace RNNPool.Edge.Cli.Bench;

/// <summary><c>rnnpool-edge bench [MODEL...]</c>: measures the speed of models on this machine.</summary>
internal static class BenchCommand
{
    public static (Command Command, string Examples) Build(Terminal terminal)
    {
        var models = new Argument<string[]>("MODEL")
        {
            Description = "Model folders, or names of bundled models; by default all bundled models.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var iterations = new Option<int>("--iterations")
        {
            Description = "Inferences that are measured, 10 to 100000.",
            HelpName = "N",
            DefaultValueFactory = _ => 300,
        };
        var warmUp = new Option<int>("--warm-up")
        {
            Description = "Inferences before those, 0 to 100000.",
            HelpName = "N",
            DefaultValueFactory = _ => 20,
        };
        var threads = new Option<int>("--threads")
        {
            Description = "Threads of the second measurement, 1 to 64; by default all processors.",
            HelpName = "N",
            DefaultValueFactory = _ => Math.Clamp(Environment.ProcessorCount, 1, 64),
        };
        var picture = new Option<string?>("--picture")
        {
            Description = "The picture, such as a JPEG; by default one of the bundled sequence.",
            HelpName = "FILE",
        };
        var against = new Option<string[]>("--against")
        {
            Description = "Other ONNX graphs that run in turn with every model, one thread each: median, 90th percentile, ratio.",
            HelpName = "FILE",
            AllowMultipleArgumentsPerToken = true,
        };
        var layers = new Option<bool>("--layers")
        {
            Description =
                "The layers of the vector engine as well: times, and the share of the processor's multiply peak that convolutions reach.",
        };
        var json = Terminal.JsonOption();
        iterations.Validators.Add(result => Limits.Check(result, iterations, 10, 100_000));
        warmUp.Validators.Add(result => Limits.Check(result, warmUp, 0, 100_000));
        threads.Validators.Add(result => Limits.Check(result, threads, 1, 64));
        var command = new Command("bench", "Measure models on this machine: times, sizes, memory, allocations.")
        {
            models,
            iterations,
            warmUp,
            threads,
            picture,
            against,
            layers,
            json,
        };
        command.SetAction(
            async (result, cancellationToken) =>
            {
                List<ModelFolder> folders = Find(result.GetValue(models)!);
                var settings = new BenchSettings(
                    result.GetValue(iterations),
                    result.GetValue(warmUp),
                    result.GetValue(threads),
                    PictureOf(result.GetValue(picture)),
                    result.GetValue(against) ?? [],
                    result.GetValue(layers)
                );
                var reports = new List<BenchReport>(folders.Count);
                await ProgressLine
                    .RunAsync(terminal, "models", folders.Count * ModelBench.Steps, async advance =>
                    {
                        foreach (ModelFolder folder in folders)
                        {
                            int before = reports.Count * ModelBench.Steps;
                            reports.Add(
                                await ModelBench
                                    .RunAsync(folder, settings, step => advance(before + step), cancellationToken)
                                    .ConfigureAwait(false)
                            );
                        }
                    })
                    .ConfigureAwait(false);
                if (result.GetValue(json))
                    terminal.WriteJson(reports, BenchJson.Default.BenchReportList);
                else
                    Show(terminal, reports, settings);
                return ExitCode.Ok;
            }
        );
        return (
            command,
            """
              rnnpool-edge bench
              rnnpool-edge bench person-vww --iterations 1000 --threads 4
              rnnpool-edge bench ./models/face-qvga --picture portrait.jpg --json
              rnnpool-edge bench face-qvga --against other-detector.onnx
              rnnpool-edge bench face-qvga --layers
            """
        );
    }

    private static List<ModelFolder> Find(string[] names)
    {
        if (names.Length > 0)
            return [.. names.Select(name => ModelFolder.Open(new ModelOptions { Path = name }.Resolve()))];
        string[] bundled = [.. ModelOptions.Bundled];
        if (bundled.Length == 0)
            throw new ModelException($"No models came with this program: {string.Join(" and ", ModelOptions.SearchFolders)} hold none.");
        return [.. bundled.Select(ModelFolder.Open)];
    }

    private static string PictureOf(string? named)
    {
        if (named is not null)
            return named;
        string sequence = Path.Combine(AppContext.BaseDirectory, "samples", "demo");
        return (
            Directory.Exists(sequence)
                ? Directory.EnumerateFiles(sequence, "*.jpg").Order(StringComparer.Ordinal).ElementAtOrDefault(20)
                : null
        )
            ?? throw new CommandException(
                $"The sample sequence is missing: {sequence} holds no picture to show.",
                "Name a picture with --picture."
            );
    }

    private static void Show(Terminal terminal, List<BenchReport> reports, BenchSettings settings)
    {
        Table table = Tables.Create("figure", reports.Select(report => report.Model));
        foreach (
            (string name, Func<BenchReport, string> value) in new (string, Func<BenchReport, string>)[]
            {
                ("task", r => r.Task),
                ("input", r => $"{r.Width}x{r.Height}"),
                ("parameters", r => Tables.Whole(r.Parameters)),
                ("multiply-adds", r => Tables.Whole(r.MultiplyAdds)),
                ("model.onnx, bytes", r => Tables.Whole(r.OnnxBytes)),
                ("model.rnnp, bytes", r => Tables.Whole(r.PackageBytes)),
                ("ms to load", r => Ms(r.LoadMs)),
                ($"ms to decode a {reports[0].PictureWidth}x{reports[0].PictureHeight} picture", r => Ms(r.DecodeMs)),
                ("ms to fit it into the input", r => Ms(r.FitMs)),
                ("ms per inference, 1 thread: median", r => Ms(r.OneThread.MedianMs)),
                ("ms per inference, 1 thread: p99", r => Ms(r.OneThread.P99Ms)),
                ("ms per inference, 1 thread: processor time", r => Ms(r.OneThread.CpuMs)),
                ($"ms per inference, {settings.Threads} threads: median", r => Ms(r.Threads.MedianMs)),
                ($"ms per inference, {settings.Threads} threads: p99", r => Ms(r.Threads.P99Ms)),
                ($"ms per inference, {settings.Threads} threads: processor time", r => Ms(r.Threads.CpuMs)),
                ("pictures per second from files, 1 thread", r => r.PicturesPerSecond.ToString("0.0", CultureInfo.InvariantCulture)),
                ("bytes allocated per inference", r => r.AllocatedBytes.ToString("0.#", CultureInfo.InvariantCulture)),
                ("MB resident afterwards", r => r.ResidentMegabytes.ToString("0.0", CultureInfo.InvariantCulture)),
                ("ms per inference, simd: median", r => r.Simd is { } times ? Ms(times.MedianMs) : "-"),
                ("ms per inference, simd: p99", r => r.Simd is { } times ? Ms(times.P99Ms) : "-"),
                ("ms per inference, interpreter: median", r => r.Interpreter is { } times ? Ms(times.MedianMs) : "-"),
            }
        )
        {
            Tables.Add(table, [name, .. reports.Select(value)]);
        }

        terminal.Write(table);
        if (settings.Against.Count > 0)
            ShowAgainst(terminal, reports);
        if (settings.Layers)
            LayersBench.Show(terminal, reports);
        terminal.WriteLine(
            $"{settings.Iterations} inferences each, after {settings.WarmUp} that are not counted "
                + $"(the interpreter: {ModelBench.InterpreterRuns(settings)}). An inference includes fitting and decoding of the outputs."
        );
    }

    private static void ShowAgainst(Terminal terminal, List<BenchReport> reports)
    {
        foreach (BenchReport report in reports)
        {
            Table table = Tables.Create("network alone, in turn, 1 thread", ["ms, median", "ms, p90", "by the first"]);
            foreach (NetworkTimes times in report.Against ?? [])
                Tables.Add(table, [times.Name, Ms(times.MedianMs), Ms(times.P90Ms), Ms(times.Ratio)]);
            terminal.Write(table);
        }
    }

    private static string Ms(double value) => value.ToString("0.00", CultureInfo.InvariantCulture);
}
