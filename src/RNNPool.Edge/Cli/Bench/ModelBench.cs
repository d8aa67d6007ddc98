using System.Diagnostics;
using RNNPool.Edge.Models.Arch;
using RNNPool.Edge.Models.Folders;
using RNNPool.Edge.Models.Packages;
using RNNPool.Edge.Vision.Detectors;
using RNNPool.Edge.Vision.Frames;
using RNNPool.Edge.Vision.Geometry;
using RNNPool.Edge.Vision.Imaging;
using RNNPool.Edge.Vision.Onnx;

namespace RNNPool.Edge.Cli.Bench;

/// <summary>Measures one model.</summary>
internal static class ModelBench
{
    /// <summary>Steps of one model's measurement.</summary>
    public const int Steps = 6;

    private const int MostInterpreterRuns = 30;

    /// <summary>The interpreter is a slow reference; a few runs are enough.</summary>
    public static int InterpreterRuns(BenchSettings settings) => Math.Min(settings.Iterations, MostInterpreterRuns);

    /// <summary>Measures one model.</summary>
    /// <param name="folder">The model.</param>
    /// <param name="settings">The settings.</param>
    /// <param name="advance">Called with the number of finished <see cref="Steps"/>between measurements only, because a progress bar takes
    /// time.</param>
    /// <param name="cancellationToken">Stops between steps.</param>
    /// <exception cref="Models.ModelException">The model cannot be used.</exception>
    /// <exception cref="ImageException">The picture cannot be read.</exception>
    public static async Task<BenchReport> RunAsync(
        ModelFolder folder,
        BenchSettings settings,
        Action<int> advance,
        CancellationToken cancellationToken
    )
    {
        var pool = new FramePool(2);
        using Frame frame = ImageCodec.Load(settings.Picture, pool);
        NetworkArchitecture network = folder.Architecture;
        double decode = DecodeTime(settings, pool, cancellationToken),
            fit = FitTime(network.Input, frame, settings, cancellationToken);
        advance(1);

        long start = Stopwatch.GetTimestamp();
        OnnxDetector single = OnnxDetector.Create(folder, new DetectorOptions());
        double load = Stopwatch.GetElapsedTime(start).TotalMilliseconds,
            allocated,
            perSecond;
        BenchTimes oneThread;
        using (single)
        {
            (oneThread, allocated) = await TimesAsync(single, frame, settings.WarmUp, settings.Iterations, cancellationToken)
                .ConfigureAwait(false);
            advance(2);
            perSecond = await FromFilesAsync(single, settings, pool, cancellationToken).ConfigureAwait(false);
        }

        advance(3);
        BenchTimes threads = oneThread;
        if (settings.Threads > 1)
        {
            using OnnxDetector several = OnnxDetector.Create(
                folder,
                new DetectorOptions { Onnx = new OnnxOptions { IntraOpThreads = settings.Threads } }
            );
            (threads, _) = await TimesAsync(several, frame, settings.WarmUp, settings.Iterations, cancellationToken).ConfigureAwait(false);
        }

        advance(4);
        double resident = Math.Round(Environment.WorkingSet / 1e6, 1);
        BenchTimes? interpreter = null,
            simd = null;
        if (folder.PackagePath is { } path)
        {
            using var vectors = new PackageDetector(ModelPackage.Load(path), null, network.Input.Fit);
            (simd, _) = await TimesAsync(vectors, frame, settings.WarmUp, settings.Iterations, cancellationToken).ConfigureAwait(false);
            advance(5);
            using var reference = new PackageDetector(ModelPackage.Load(path), null, network.Input.Fit, HostEngine.Interpreter);
            (interpreter, _) = await TimesAsync(
                    reference,
                    frame,
                    Math.Min(settings.WarmUp, 2),
                    InterpreterRuns(settings),
                    cancellationToken
                )
                .ConfigureAwait(false);
        }

        advance(Steps);
        return new BenchReport
        {
            Model = folder.Name,
            Task = network.Task == NetworkTask.Detection ? "detection" : "classification",
            Width = network.Input.Width,
            Height = network.Input.Height,
            Parameters = network.Analysis.Parameters,
            MultiplyAdds = network.Analysis.MultiplyAdds,
            OnnxBytes = new FileInfo(folder.OnnxPath).Length,
            PackageBytes = folder.PackagePath is { } package ? new FileInfo(package).Length : null,
            PictureWidth = frame.Width,
            PictureHeight = frame.Height,
            LoadMs = Math.Round(load, 2),
            DecodeMs = decode,
            FitMs = fit,
            OneThread = oneThread,
            ThreadCount = settings.Threads,
            Threads = threads,
            PicturesPerSecond = Math.Round(perSecond, 1),
            AllocatedBytes = Math.Round(allocated, 1),
            ResidentMegabytes = resident,
            Simd = simd,
            Against =
                settings.Against.Count > 0 ? InterleavedBench.Run(folder, frame, settings.Against, settings, cancellationToken) : null,
            Layers =
                settings.Layers && folder.PackagePath is { } packagePath
                    ? LayersBench.Run(packagePath, network.Input.Fit, frame, settings, cancellationToken)
                    : null,
            Interpreter = interpreter,
        };
    }

    private static async Task<(BenchTimes Times, double AllocatedBytes)> TimesAsync(
        IDetector detector,
        Frame frame,
        int warmUp,
        int count,
        CancellationToken cancellationToken
    )
    {
        var found = new DetectionList();
        for (int i = 0; i < warmUp; i++)
            await detector.DetectAsync(frame, found, cancellationToken).ConfigureAwait(false);
        double[] milliseconds = new double[count];

        // These engines work synchronously, so that all allocations are on this thread.
        TimeSpan processor = Environment.CpuUsage.TotalTime;
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            await detector.DetectAsync(frame, found, cancellationToken).ConfigureAwait(false);
            milliseconds[i] = found.Duration.TotalMilliseconds;
        }

        double allocated = (double)(GC.GetAllocatedBytesForCurrentThread() - before) / count;
        return (BenchTimes.From(milliseconds, Environment.CpuUsage.TotalTime - processor), allocated);
    }

    private static async Task<double> FromFilesAsync(
        OnnxDetector detector,
        BenchSettings settings,
        FramePool pool,
        CancellationToken cancellationToken
    )
    {
        var found = new DetectionList();
        int count = Math.Max(10, settings.Iterations / 3);
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using Frame frame = ImageCodec.Load(settings.Picture, pool);
            await detector.DetectAsync(frame, found, cancellationToken).ConfigureAwait(false);
        }

        return count / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static double DecodeTime(BenchSettings settings, FramePool pool, CancellationToken cancellationToken)
    {
        byte[] file = File.ReadAllBytes(settings.Picture);
        return Median(settings, () => ImageCodec.Decode(file, settings.Picture, pool).Dispose(), cancellationToken);
    }

    private static double FitTime(InputSpec input, Frame frame, BenchSettings settings, CancellationToken cancellationToken)
    {
        var letterbox = new Letterbox(input);
        float[] tensor = new float[input.Width * input.Height];
        return Median(settings, () => letterbox.Fill(frame, tensor), cancellationToken);
    }

    private static double Median(BenchSettings settings, Action work, CancellationToken cancellationToken)
    {
        for (int i = 0; i < settings.WarmUp; i++)
            work();
        double[] milliseconds = new double[Math.Max(10, settings.Iterations / 3)];
        for (int i = 0; i < milliseconds.Length; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            long start = Stopwatch.GetTimestamp();
            work();
            milliseconds[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }

        Array.Sort(milliseconds);
        return Math.Round(milliseconds[milliseconds.Length / 2], 4);
    }
}
