using System.Diagnostics;
using RNNPool.Edge.Models.Engine;
using RNNPool.Edge.Models.Folders;
using RNNPool.Edge.Models.Packages;
using RNNPool.Edge.Vision.Frames;
using RNNPool.Edge.Vision.Imaging;
using RNNPool.Edge.Vision.Onnx;

namespace RNNPool.Edge.Cli.Bench;

/// <summary>
/// Networks in turn on one thread, so that other work of the machine slows all of them alike. Only the networks are timed: no fitting of
/// the frame, and no decoding but that of the package, which is part of its engine.
/// </summary>
internal static class InterleavedBench
{
    /// <summary>Measures a model in both engines beside other graphs.</summary>
    /// <exception cref="Models.ModelException">A graph or the model cannot be used.</exception>
    public static IReadOnlyList<NetworkTimes> Run(
        ModelFolder folder,
        Frame frame,
        IReadOnlyList<string> graphs,
        BenchSettings settings,
        CancellationToken cancellationToken
    )
    {
        var runs = new List<(string Name, Action Run)>();
        var opened = new List<IDisposable>();
        try
        {
            if (folder.PackagePath is { } path)
            {
                var engine = new SimdEngine(ModelPackage.Load(path));
                byte[] picture = new byte[engine.Package.Header.Input.Count];
                var letterbox = new GrayLetterbox(
                    engine.Package.Header.Input.Width,
                    engine.Package.Header.Input.Height,
                    engine.Package.Header.Input.Channels,
                    folder.Architecture.Input.Fit
                );
                letterbox.Fill(frame, picture);
                runs.Add(($"{folder.Name}, simd ({engine.Instructions})", () => engine.Run(picture)));
            }

            OnnxModel network = OnnxModel.Open(folder, new OnnxOptions());
            opened.Add(network);
            new Letterbox(folder.Architecture.Input).Fill(frame, network.Image);
            runs.Add(($"{folder.Name}, onnx", network.Run));
            foreach (string graph in graphs)
            {
                OnnxGraph other = OnnxGraph.Open(graph);
                opened.Add(other);
                runs.Add((Path.GetFileName(graph), other.Run));
            }

            return Times(runs, settings, cancellationToken);
        }
        finally
        {
            foreach (IDisposable item in opened)
                item.Dispose();
        }
    }

    private static List<NetworkTimes> Times(
        List<(string Name, Action Run)> runs,
        BenchSettings settings,
        CancellationToken cancellationToken
    )
    {
        double[][] milliseconds = [.. runs.Select(_ => new double[settings.Iterations])];
        for (int i = -settings.WarmUp; i < settings.Iterations; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            for (int r = 0; r < runs.Count; r++)
            {
                long start = Stopwatch.GetTimestamp();
                runs[r].Run();
                if (i >= 0)
                    milliseconds[r][i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            }
        }

        foreach (double[] times in milliseconds)
            Array.Sort(times);
        double first = milliseconds[0][settings.Iterations / 2];
        return
        [
            .. runs.Select(
                (run, r) =>
                {
                    double median = milliseconds[r][settings.Iterations / 2],
                        p90 = milliseconds[r][(int)Math.Ceiling(0.9 * settings.Iterations) - 1];
                    return new NetworkTimes(run.Name, Math.Round(median, 4), Math.Round(p90, 4), Math.Round(median / first, 3));
                }
            ),
        ];
    }
}
