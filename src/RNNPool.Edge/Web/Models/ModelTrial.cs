using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using RNNPool.Edge.Models;

namespace RNNPool.Edge.Web.Models;

/// <summary>Limits of a trial.</summary>
/// <param name="Time">Longest time, with the start of the process.</param>
/// <param name="ResidentBytes">Most memory that the process may occupy.</param>
internal sealed record TrialLimits(TimeSpan Time, long ResidentBytes)
{
    /// <summary>The limits of a device, whose unit may use 512 MiB altogether.</summary>
    public static readonly TrialLimits Default = new(TimeSpan.FromMinutes(3), 320L << 20);
}

/// <summary>
/// Loads and runs an untrusted model once in a process of its own, because the runtime of the network may crash, never return, or take all
/// memory. One trial at a time. <see cref="TrialProcess"/> is the other side.
/// </summary>
/// <param name="program">Path of this program.</param>
/// <param name="limits">Limits of the process.</param>
internal sealed class ModelTrial(string program, TrialLimits limits) : IDisposable
{
    private const int LongestReason = 500;
    private const string HeapBytes = "0x8000000"; // of .NET itself; the network's memory is native

    private static readonly TimeSpan s_step = TimeSpan.FromMilliseconds(20);

    // The process does not need the settings, credentials and watchdog of the service.
    private static readonly string[] Withheld =
    [
        "NOTIFY_SOCKET",
        "WATCHDOG_USEC",
        "WATCHDOG_PID",
        "CREDENTIALS_DIRECTORY",
        "LISTEN_FDS",
        "LISTEN_PID",
    ];

    private readonly SemaphoreSlim _turn = new(1, 1);

    /// <summary>Creates trials in another process of this program.</summary>
    public ModelTrial()
        : this(Path.Combine(AppContext.BaseDirectory, "rnnpool-edge"), TrialLimits.Default) { }

    /// <summary>Tries the model in a folder.</summary>
    /// <exception cref="ModelException">It cannot be used; the message is a sentence.</exception>
    /// <exception cref="IOException">The process cannot be started.</exception>
    public void Run(string folder)
    {
        _turn.Wait();
        try
        {
            using Process process = Start(folder);
            try
            {
                Judge(process, Supervise(process));
            }
            finally
            {
                Kill(process);
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();

    private Process Start(string folder)
    {
        var start = new ProcessStartInfo(program)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        start.ArgumentList.Add(TrialProcess.Argument);
        start.ArgumentList.Add(folder);
        foreach (string name in start.Environment.Keys.ToArray())
        {
            if (Withheld.Contains(name) || name.StartsWith("RNNPOOL_EDGE_", StringComparison.Ordinal))
                start.Environment.Remove(name);
        }

        start.Environment["DOTNET_PROCESSOR_COUNT"] = "1";
        start.Environment["DOTNET_GCHeapHardLimit"] = HeapBytes;
        start.Environment["DOTNET_DbgEnableMiniDump"] = "0";
        try
        {
            return Process.Start(start) ?? throw new IOException("The model cannot be tried: no process was started.");
        }
        catch (Win32Exception exception)
        {
            throw new IOException($"The model cannot be tried: {exception.Message}.", exception);
        }
    }

    // Waits for the end of the process. Returns the reason for which it was killed; null when it has ended.
    private string? Supervise(Process process)
    {
        long start = Stopwatch.GetTimestamp();
        while (!process.WaitForExit(s_step))
        {
            if (Stopwatch.GetElapsedTime(start) > limits.Time)
                return string.Create(
                    CultureInfo.InvariantCulture,
                    $"The model did not finish its trial within {limits.Time.TotalSeconds:0.#} s."
                );
            if (ReadMemory(process) > limits.ResidentBytes)
                return $"The model needs more than {limits.ResidentBytes >> 20} MiB of memory.";
        }

        return null;
    }

    /// <summary>The memory of a process in bytes; 0 when it has ended, which may happen between any two calls.</summary>
    private static long ReadMemory(Process process)
    {
        try
        {
            process.Refresh();
            return process.WorkingSet64;
        }
        catch (InvalidOperationException)
        {
            return 0;
        }
    }

    private static void Judge(Process process, string? limit)
    {
        if (limit is not null)
            throw new ModelException(limit);
        if (process.ExitCode == TrialProcess.Passed)
            return;
        if (process.ExitCode != TrialProcess.Refused)
        {
            throw new ModelException(
                $"The model ended its trial with the exit code {process.ExitCode}: it crashes the runtime or needs too much."
            );
        }

        char[] reason = new char[LongestReason];
        int length = process.StandardOutput.ReadBlock(reason, 0, reason.Length);
        throw new ModelException(new string(reason, 0, length).ReplaceLineEndings(" ").Trim());
    }

    private static void Kill(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
        }
        catch (InvalidOperationException)
        {
            // It has ended already.
        }
    }
}
