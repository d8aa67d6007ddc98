using System.Diagnostics;
using System.Runtime.InteropServices;
using RNNPool.Edge.Tests.Support;

namespace RNNPool.Edge.Tests.Pipeline.Coprocessor;

/// <summary>
/// The real firmware, built for the host board, as a process behind a pseudo-terminal. The name of the terminal is the same for all
/// processes.
/// </summary>
internal sealed partial class FirmwareProcess : IDisposable
{
    public const int Kill = 9;
    public const int Continue = 18;
    public const int Stop = 19;

    public static readonly string Model = Path.Combine(AppContext.BaseDirectory, "models/face-qvga/model.rnnp");
    public static readonly string OtherModel = Path.Combine(Samples.Root, "tests/vectors/packages/detector.rnnp");

    private readonly string _folder = Directory.CreateTempSubdirectory("mcu-").FullName;
    private Process? _process;

    /// <summary>Endpoint for the host.</summary>
    public string Endpoint => $"serial://{Line}?baud=921600";

    public string Line => Path.Combine(_folder, "tty");

    /// <summary>
    /// Starts a firmware with a built-in model. It has the slots of the previous process unless it is another device.
    /// </summary>
    public async Task StartAsync(string model, bool sameDevice = true)
    {
        string store = Path.Combine(_folder, "slots");
        if (!sameDevice)
            File.Delete(store);
        File.Delete(Line);
        _process = Process.Start(
            Path.Combine(AppContext.BaseDirectory, "rnnp-firmware"),
            ["--model", model, "--store", store, "--pty", Line]
        );
        await Wait.UntilAsync(() => new FileInfo(Line).LinkTarget is not null, "the firmware's pseudo-terminal");
    }

    public void Signal(int signal) => Assert.Equal(0, SendSignal(_process!.Id, signal));

    /// <summary>kill -9, and nothing is left of it.</summary>
    public void End()
    {
        if (_process is null)
            return;
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        _process = null;
    }

    public void Dispose()
    {
        End();
        Directory.Delete(_folder, recursive: true);
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SendSignal(int process, int signal);
}
