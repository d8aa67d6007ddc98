using System.Runtime.InteropServices;
using RNNPool.Edge.Core;

namespace RNNPool.Edge.Cli;

/// <summary>
/// Handles Ctrl-C and SIGTERM for all commands except those of the host. The work is cancelled; if it does not stop in time, for example
/// because it waits for a file, the process ends. A second Ctrl-C ends the process at once. The exit code is that of the signal, as in
/// shells.
/// </summary>
internal sealed class Interruption : IDisposable
{
    /// <summary>Time in which the work must stop.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(1.5);

    private readonly CancellationTokenSource _stop = new();
    private readonly PosixSignalRegistration[] _signals;
    private int _code;

    public Interruption() =>
        _signals = [
            PosixSignalRegistration.Create(PosixSignal.SIGINT, Handle),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, Handle),
        ];

    /// <summary>Cancelled when a signal has arrived.</summary>
    public CancellationToken Token => _stop.Token;

    /// <summary>The exit code of the signal; null without one.</summary>
    public int? Code => Volatile.Read(ref _code) is var code and > 0 ? code : null;

    public void Dispose()
    {
        foreach (PosixSignalRegistration signal in _signals)
            signal.Dispose();
        _stop.Dispose();
    }

    private void Handle(PosixSignalContext context)
    {
        context.Cancel = true;
        int code = context.Signal == PosixSignal.SIGINT ? ExitCode.Interrupted : ExitCode.Terminated;
        if (Interlocked.CompareExchange(ref _code, code, 0) != 0)
            Abandon(code);
        new Thread(() =>
        {
            Thread.Sleep(Patience);
            Abandon(code);
        })
        {
            IsBackground = true,
            Name = "interruption",
        }.Start();
        _stop.Cancel();
    }

    private static void Abandon(int code)
    {
        // A progress bar hides the cursor, and watch uses the alternate screen.
        if (Console.IsErrorRedirected)
            AbruptEnd.Exit(code, "error: Interrupted.\n"u8);
        else
            AbruptEnd.Exit(
                code,
                LiveScreen.IsOpen ? "\u001b[?25h\u001b[?1049lerror: Interrupted.\n"u8 : "\u001b[?25h\nerror: Interrupted.\n"u8
            );
    }
}
