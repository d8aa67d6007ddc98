using RNNPool.Edge.Vision.Frames;

namespace RNNPool.Edge.Vision.Cameras.Processes;

/// <summary>A camera that is a child process. A dedicated thread starts it, reads it and ends it.</summary>
internal sealed class ProcessCamera : ILiveCamera
{
    private static readonly TimeSpan StuckCheck = TimeSpan.FromSeconds(1);

    private readonly Func<ProcessCommand> _command;
    private readonly IFrameReader _reader;
    private readonly Func<string, string?> _fix;
    private readonly bool _finite;
    private readonly CameraContext _context;
    private readonly FrameGovernor? _governor;
    private readonly FrameOutput _output;
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Thread? _thread;
    private volatile string? _stuck;
    private int _disposed;

    /// <param name="name">The source without credentials.</param>
    /// <param name="command">Creates the command when the camera is opened; may throw a <see cref="CameraException"/>.</param>
    /// <param name="reader">Cuts the output into frames.</param>
    /// <param name="rate">Maximum of frames per second; 0 for every frame, with the child waiting for the reader.</param>
    /// <param name="finite">Whether the end of the output, without an error, is the end of the source.</param>
    /// <param name="fix">Returns the remedy for the child's last message; null when none is known.</param>
    /// <param name="context">Clock, loggers and pool of frames.</param>
    public ProcessCamera(
        string name,
        Func<ProcessCommand> command,
        IFrameReader reader,
        double rate,
        bool finite,
        Func<string, string?> fix,
        CameraContext context
    )
    {
        Name = name;
        _command = command;
        _reader = reader;
        _finite = finite;
        _fix = fix;
        _context = context;
        _governor = rate > 0 ? new FrameGovernor(context.Time, rate) : null;
        _output = new FrameOutput(Start, lossless: rate <= 0);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public string? Stuck => _stuck;

    /// <inheritdoc/>
    public double Rate
    {
        get => _governor?.Rate ?? _context.Requirements.Rate;
        set
        {
            if (_governor is not null)
                _governor.Rate = value;
        }
    }

    /// <inheritdoc/>
    public ValueTask<Frame?> ReadAsync(CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_disposed != 0, this);
        return _output.ReadAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public Task RunAsync(IFrameTarget target, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_disposed != 0, this);
        return _output.RunAsync(target, cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        await _stop.CancelAsync().ConfigureAwait(false);
        _output.Finish(null);
        if (_thread is not null)
            await _ended.Task.ConfigureAwait(false);
        _output.Dispose();
        _stop.Dispose();
    }

    private void Start()
    {
        _thread = new Thread(Run) { IsBackground = true, Name = Name };
        _thread.Start();
    }

    private void Run()
    {
        CameraProcess? process = null;
        try
        {
            process = CameraProcess.Start(_command());
            Pump(process);
        }
        catch (OperationCanceledException)
        {
            _output.Finish(null);
        }
#pragma warning disable CA1031 // The next read throws the exception.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            _output.Finish(exception);
        }

        if (process is not null)
            End(process);
        _ended.SetResult();
    }

    private void Pump(CameraProcess process)
    {
        Frame? spare = null;
        try
        {
            for (long sequence = 0; _reader.Read(process, _context.Frames, spare, _stop.Token) is { } frame; sequence++)
            {
                spare = null;
                if (sequence == 0)
                    process.CheckFirstFrame();
                if (_governor?.Admit() == false)
                {
                    spare = frame;
                    continue;
                }

                (frame.Sequence, frame.Time) = (sequence, FrameTime.Now(_context.Time));
                if (!_output.Put(frame))
                    return;
            }

            (int? code, string reason) = process.Ending(_stop.Token);
            _output.Finish(_finite && code == 0 ? null : Failure(code, reason));
        }
        catch (CameraException exception) when (exception.InnerException is EndOfStreamException)
        {
            (int? code, string reason) = process.Ending(_stop.Token);
            _output.Finish(reason.Length > 0 ? Failure(code, reason) : exception);
        }
    }

    private CameraException Failure(int? code, string reason)
    {
        string how = code switch
        {
            null => "its output has ended",
            > 128 and <= 128 + 64 => FormattableString.Invariant($"it was ended by signal {code - 128}"),
            _ => FormattableString.Invariant($"it ended with exit code {code}"),
        };
        return new CameraException(
            $"{Name}: {(reason.Length > 0 ? $"{reason.TrimEnd('.')} ({how})." : $"the camera program sends nothing; {how}.")}"
        )
        {
            Fix = _fix(reason),
        };
    }

    private void End(CameraProcess process)
    {
        bool gone = process.Stop();

        // No signal ends a process that the kernel holds, and a second process would be held in the same way.
        while (!gone)
        {
            _stuck =
                $"camera stuck: the camera program (process {process.Id}) still runs after it was killed; "
                + "if it does not end, restart the machine.";
            Thread.Sleep(StuckCheck);
            gone = process.Stop();
        }

        _stuck = null;
        process.Dispose();
    }
}
