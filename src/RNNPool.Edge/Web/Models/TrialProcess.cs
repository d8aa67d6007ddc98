using System.Diagnostics;
using System.Runtime.InteropServices;
using RNNPool.Edge.Models;
using RNNPool.Edge.Models.Engine;
using RNNPool.Edge.Models.Folders;
using RNNPool.Edge.Models.Packages;
using RNNPool.Edge.Vision.Detectors;

namespace RNNPool.Edge.Web.Models;

/// <summary>
/// The process of a <see cref="ModelTrial"/>: limits itself, loads the model, runs it once as a start would, and ends. A refusal is written
/// to the standard output. The process ends with its parent, which holds its standard input open.
/// </summary>
internal static partial class TrialProcess
{
    /// <summary>The only argument besides the folder.</summary>
    public const string Argument = "--try-model";

    /// <summary>Exit code of a model that can be used.</summary>
    public const int Passed = 0;

    /// <summary>Exit code of a model that cannot be used.</summary>
    public const int Refused = 10;

    private const int ProcessorTime = 0; // RLIMIT_CPU, in seconds
    private const int PrivateMemory = 2; // RLIMIT_DATA, in bytes
    private const int CoreDump = 4; // RLIMIT_CORE
    private const ulong MostSeconds = 45;
    private const ulong MostPrivateBytes = 1UL << 30; // more than the parent permits to be resident
    private const int Niceness = 5; // below the device, and not starved by a detector that needs the whole processor

    /// <summary>Runs the trial and returns the exit code.</summary>
    public static int Run(string folder)
    {
        LimitSelf();
        new Thread(EndWithParent) { IsBackground = true, Name = "parent" }.Start();
        try
        {
            ModelFolder model = ModelFolder.Open(folder);
            if (model.PackagePath is { } path)
            {
                ModelPackage package = ModelPackage.Load(path);
                new SimdEngine(package).Run(new byte[package.Header.Input.Count]);
            }

            using OnnxDetector detector = OnnxDetector.Create(model, new DetectorOptions());
            return Passed;
        }
        catch (ModelException exception)
        {
            Console.Out.Write(exception.Message);
            return Refused;
        }
    }

    // A system that forbids a limit still has those of the parent.
    private static void LimitSelf()
    {
        _ = SetLimit(ProcessorTime, new Limit(MostSeconds));
        _ = SetLimit(PrivateMemory, new Limit(MostPrivateBytes));
        _ = SetLimit(CoreDump, new Limit(0));
        _ = Nice(Niceness);
        try
        {
            File.WriteAllText("/proc/self/oom_score_adj", "1000"); // the kernel ends this process before the device
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The memory limits remain.
        }
    }

    private static void EndWithParent()
    {
        using System.IO.Stream input = Console.OpenStandardInput();
        while (input.ReadByte() >= 0)
        {
            // The parent writes nothing.
        }

        using Process self = Process.GetCurrentProcess();
        self.Kill();
    }

    [LibraryImport("libc", EntryPoint = "setrlimit")]
    private static partial int SetLimit(int resource, in Limit limit);

    [LibraryImport("libc", EntryPoint = "nice")]
    private static partial int Nice(int increment);

    [StructLayout(LayoutKind.Sequential)]
    private readonly struct Limit(ulong most)
    {
        public readonly nuint Soft = (nuint)most;
        public readonly nuint Hard = (nuint)most;
    }
}
