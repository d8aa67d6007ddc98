using System.Diagnostics;
using System.IO.Pipes;
using System.Runtime.InteropServices;
using System.Text;

namespace RNNPool.Edge.Vision.Cameras.Processes;

/// <summary>
/// A child process whose standard output is a camera's pictures. It leads its own session and process group, so that it ends together with
/// the processes that it has started, and the kernel kills it when this program ends for any reason. Used by one thread.
/// </summary>
internal sealed class CameraProcess : IByteSource, IDisposable
{
    private const int PipeBytes = 1 << 20;
    private const int WaitMilliseconds = 100; // longest delay of a stop while the child writes nothing
    private static readonly TimeSpan LaterCheck = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(10);

    // A child does not need the settings, credentials and watchdog of the service.
    private static readonly string[] Withheld =
    [
        "NOTIFY_SOCKET",
        "WATCHDOG_USEC",
        "WATCHDOG_PID",
        "CREDENTIALS_DIRECTORY",
        "LISTEN_FDS",
        "LISTEN_PID",
    ];

    private readonly ProcessCommand _command;
    private readonly Process _process;
    private readonly SafeHandle _output;
    private readonly ErrorTail _tail = new();
    private readonly byte[] _chunk = new byte[1024];
    private SafeHandle? _error;
    private TimeSpan _checkPeriod;
    private long _checked;

    private CameraProcess(ProcessCommand command, Process process)
    {
        _command = command;
        _process = process;
        Id = process.Id;
        (_output, _error) = (HandleOf(process.StandardOutput), HandleOf(process.StandardError));
        NativeProcess.Widen(_output, PipeBytes);
    }

    /// <summary>The child's process id, which is also that of its group.</summary>
    public int Id { get; }

    /// <summary>Whether the child itself has ended.</summary>
    public bool HasExited => _process.HasExited;

    /// <summary>Starts the child.</summary>
    /// <exception cref="CameraException">It cannot be started.</exception>
    public static CameraProcess Start(ProcessCommand command)
    {
        // setsid creates the group, setpriv requests the signal at the end of this process; both then execute the program with their id.
        if (ProgramFinder.Find("setsid") is not { } session || ProgramFinder.Find("setpriv") is not { } death)
        {
            command.Guard?.Dispose();
            throw new CameraException("setsid and setpriv are missing; the device needs them to start a camera program.")
            {
                Fix = "Install the package util-linux.",
            };
        }

        var start = new ProcessStartInfo(session)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (string argument in (IEnumerable<string>)[death, "--pdeathsig", "KILL", "--", command.Program, .. command.Arguments])
            start.ArgumentList.Add(argument);
        foreach (string name in start.Environment.Keys.ToArray())
        {
            if (Withheld.Contains(name) || name.StartsWith("RNNPOOL_EDGE_", StringComparison.Ordinal))
                start.Environment.Remove(name);
        }

        foreach ((string name, string? value) in command.Environment)
            start.Environment[name] = value;

        try
        {
            Process process = ProcessLauncher.Start(start);
            Feed(process, command.Input);
            return new CameraProcess(command, process);
        }
        catch (InvalidOperationException exception)
        {
            command.Guard?.Dispose();
            throw new CameraException($"{command.Program} cannot be started: {exception.Message.TrimEnd('.')}.", exception);
        }
    }

    /// <summary>Reads exactly the buffer's length from the child's standard output, and keeps the end of its standard error.</summary>
    /// <returns>
    /// The number of bytes; fewer than requested when the output has ended, or when the child has ended and only a process that it
    /// started still holds the pipe.
    /// </returns>
    /// <exception cref="OperationCanceledException">A stop was requested.</exception>
    public int Read(Span<byte> buffer, CancellationToken stop)
    {
        int count = 0;
        while (count < buffer.Length)
        {
            stop.ThrowIfCancellationRequested();
            (bool output, bool error) = NativeProcess.Wait(_output, _error, WaitMilliseconds);
            if (error)
                ReadError();
            if (!output && !error && HasExited && !NativeProcess.Wait(_output, null, 0).First)
                return count;
            if (!output || _checkPeriod > TimeSpan.Zero)
                CheckRegularly();
            if (!output)
                continue;

            int got = NativeProcess.Read(_output, buffer[count..]);
            if (got == 0)
                return count;
            if (got > 0)
                count += got;
        }

        return count;
    }

    /// <summary>Checks the connections of the child before its first frame is used; afterwards they are checked less often.</summary>
    /// <exception cref="CameraException">The child connects to another server than that of its source.</exception>
    public void CheckFirstFrame()
    {
        _command.Guard?.Check(Id);
        _checkPeriod = LaterCheck;
    }

    /// <summary>After the end of its output: waits for the end of the child, for at most a second.</summary>
    /// <returns>Its exit code, null when it has not ended; and its last message, without credentials.</returns>
    /// <exception cref="CameraException">The child was led to another server.</exception>
    public (int? Code, string Reason) Ending(CancellationToken stop)
    {
        _command.Guard?.Check(Id);
        for (
            TimeSpan waited = TimeSpan.Zero;
            !HasExited && waited < TimeSpan.FromSeconds(1) && !stop.IsCancellationRequested;
            waited += Step
        )
            Thread.Sleep(Step);
        while (_error is not null && NativeProcess.Wait(_error, null, 0).First)
            ReadError();
        return (HasExited ? _process.ExitCode : null, _command.Redact(_tail.Reason()));
    }

    /// <summary>
    /// Ends the child and everything in its group: first by request, then by force.
    /// </summary>
    /// <returns>Whether it has ended. A process that the kernel itself holds (state D) does not end even after the kill.</returns>
    public bool Stop()
    {
        // Closing the pipes unblocks a child that is stuck in a write, so that it can handle the signal.
        _output.Dispose();
        _error?.Dispose();
        Signal(NativeProcess.Terminate);
        if (!WaitForExit(_command.Grace))
        {
            Signal(NativeProcess.Kill);
            WaitForExit(_command.KillTime);
        }

        // Processes that it has started may still run. The kernel does not reuse the number of a group that has members.
        _command.Send(-Id, NativeProcess.Kill);
        return HasExited;
    }

    public void Dispose()
    {
        _process.Dispose();
        _command.Guard?.Dispose();
    }

    private static void Feed(Process process, string? input)
    {
        try
        {
            if (input is not null)
                process.StandardInput.BaseStream.Write(Encoding.UTF8.GetBytes(input));
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // The child has already ended; its exit code gives the reason.
        }
    }

    private static SafeHandle HandleOf(StreamReader reader) =>
        reader.BaseStream switch
        {
            PipeStream pipe => pipe.SafePipeHandle,
            FileStream file => file.SafeFileHandle,
            Stream other => throw new InvalidOperationException($"A child's output is a {other.GetType().Name}."),
        };

    private void CheckRegularly()
    {
        if (_command.Guard is null || Stopwatch.GetElapsedTime(_checked) < _checkPeriod)
            return;
        _checked = Stopwatch.GetTimestamp();
        _command.Guard.Check(Id);
    }

    private void ReadError()
    {
        int count = NativeProcess.Read(_error!, _chunk);
        if (count > 0)
            _tail.Append(_chunk.AsSpan(0, count));
        if (count != 0)
            return;
        _error!.Dispose();
        _error = null;
    }

    private void Signal(int signal)
    {
        _command.Send(-Id, signal);

        // In the first moments the group does not exist yet. The runtime knows whether the id is still the child's.
        if (!HasExited)
            _command.Send(Id, signal);
    }

    private bool WaitForExit(TimeSpan limit)
    {
        long start = Stopwatch.GetTimestamp();
        while (!HasExited)
        {
            if (Stopwatch.GetElapsedTime(start) >= limit)
                return false;
            Thread.Sleep(Step);
        }

        return true;
    }
}
