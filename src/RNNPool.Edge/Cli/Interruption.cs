using System.Runtime.InteropServices;
using RNNPool.Edge.Cli.Watch;
using RNNPool.Edge.Core;

namespace RNNPool.Edge.Cli;

/// <summary>
/// Ctrl-C and SIGTERM for commands other than the host's: their work is asked to stop, and the process ends without it when it does not, such as one that
/// waits for a file that never comes. A second Ctrl-C ends it at once. The exit code is that of the signal, as shells have it.
/// </summary>
internal sealed class Interruption : IDisposable
{
    /// <summary>How long the work may take to stop.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(1.5);

    private readonly CancellationTokenSource _stop = new();
    private readonly PosixSignalRegistration[] _signals;
    private int _code;

    public Interruption() =>
        _signals = [
            PosixSignalRegistration.Create(PosixSignal.SIGINT, Handle),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, Handle),
        ];

    /// <summary>Cancelled when the work is to stop.</summary>
    public CancellationToken Token => _stop.Token;

    /// <summary>The exit code of the signal that came; null when none did.</summary>
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
        // A bar hides the cursor, and there may be another screen.
        if (Console.IsErrorRedirected)
            AbruptEnd.With(code, "error: Interrupted.\n"u8);
        else
            AbruptEnd.With(
                code,
                LiveScreen.IsOpen ? "\u001b[?25h\u001b[?1049lerror: Interrupted.\n"u8 : "\u001b[?25h\nerror: Interrupted.\n"u8
            );
    }
}
