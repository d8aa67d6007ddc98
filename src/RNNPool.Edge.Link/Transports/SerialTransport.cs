using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Threading.Tasks.Sources;
using Microsoft.Win32.SafeHandles;

namespace RNNPool.Edge.Link.Transports;

/// <summary>A serial port or pseudo-terminal through the kernel's terminal interface. Linux only.</summary>
/// <remarks>
/// One thread waits in poll(2), which reports a hang-up at once. It also checks four times a second that the path still leads to the device
/// that was opened, because an adapter can be replaced without a hang-up. docs/coprocessor.md compares this with System.IO.Ports.
/// </remarks>
public sealed class SerialTransport : ITransport, IValueTaskSource<int>
{
    private const int NodeCheckMilliseconds = 250;
    private const int FullBufferMilliseconds = 4; // the kernel keeps about 4 KB, 44 ms at 921,600 baud

    private readonly SafeFileHandle _handle;
    private readonly SafeFileHandle _wake;
    private readonly string _path;
    private readonly NativeTerminal.FileIdentity _identity;
    private readonly Thread _thread;
    private readonly SemaphoreSlim _requested = new(0);
    private readonly Action _onCancelled;
    private ManualResetValueTaskSourceCore<int> _core = new() { RunContinuationsAsynchronously = true };
    private Memory<byte> _buffer;
    private CancellationToken _cancellationToken;
    private volatile bool _disposed;

    private SerialTransport(string path, SafeFileHandle handle, SafeFileHandle wake, NativeTerminal.FileIdentity identity)
    {
        _path = path;
        _handle = handle;
        _wake = wake;
        _identity = identity;
        _onCancelled = () => NativeTerminal.Signal(_wake);
        _thread = new Thread(ReadLoop) { IsBackground = true, Name = "serial " + path };
        _thread.Start();
    }

    /// <inheritdoc/>
    public string Name => "serial://" + _path;

    /// <summary>Opens a port with 8 data bits, no parity, one stop bit, without flow control, for this process alone.</summary>
    /// <exception cref="IOException">It cannot be opened; the message gives the reason.</exception>
    public static SerialTransport Open(string path, int baudRate)
    {
        SafeFileHandle handle = NativeTerminal.Open(path, baudRate);
        try
        {
            return new SerialTransport(path, handle, NativeTerminal.CreateEvent(), NativeTerminal.Identify(path));
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        cancellationToken.ThrowIfCancellationRequested();
        _core.Reset();
        (_buffer, _cancellationToken) = (buffer, cancellationToken);
        _requested.Release();
        return new ValueTask<int>(this, _core.Version);
    }

    /// <inheritdoc/>
    public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        while (!bytes.IsEmpty)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int written = NativeTerminal.Write(_handle, bytes.Span);
            if (written < 0)
                throw new IOException($"Writing to {_path} failed: {Marshal.GetLastPInvokeErrorMessage()}.");
            if (written == 0)
                return WriteSlowlyAsync(bytes, cancellationToken);
            bytes = bytes[written..];
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_disposed)
            return;
        _disposed = true;
        NativeTerminal.Signal(_wake);
        _requested.Release();
        await Task.Run(_thread.Join).ConfigureAwait(false);
        _handle.Dispose();
        _wake.Dispose();
        _requested.Dispose();
    }

    int IValueTaskSource<int>.GetResult(short token) => _core.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<int>.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource<int>.OnCompleted(
        Action<object?> continuation,
        object? state,
        short token,
        ValueTaskSourceOnCompletedFlags flags
    ) => _core.OnCompleted(continuation, state, token, flags);

    // The kernel's buffer is full, as usual while a picture is sent, because the line is slower than the writer.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask WriteSlowlyAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        while (!bytes.IsEmpty)
        {
            await Task.Delay(FullBufferMilliseconds, cancellationToken).ConfigureAwait(false);
            int written = _disposed ? -1 : NativeTerminal.Write(_handle, bytes.Span);
            if (written < 0)
                throw new IOException(
                    $"Writing to {_path} failed: {(_disposed ? "it was closed" : Marshal.GetLastPInvokeErrorMessage())}."
                );
            bytes = bytes[written..];
        }
    }

    private void ReadLoop()
    {
        while (true)
        {
            _requested.Wait();
            if (_disposed && _core.GetStatus(_core.Version) != ValueTaskSourceStatus.Pending)
                return;
            try
            {
                using CancellationTokenRegistration registration = _cancellationToken.Register(_onCancelled);
                int count = WaitAndRead();
                if (count < 0)
                    _core.SetException(new OperationCanceledException(_cancellationToken));
                else
                    _core.SetResult(count);
            }
            catch (IOException e)
            {
                _core.SetException(e);
            }

            if (_disposed)
                return;
        }
    }

    // Returns the number of bytes, 0 when the line was closed, or -1 when the wait was cancelled.
    private int WaitAndRead()
    {
        while (!_disposed)
        {
            if (_cancellationToken.IsCancellationRequested)
                return -1;
            switch (NativeTerminal.Wait(_handle, _wake, NodeCheckMilliseconds))
            {
                case NativeTerminal.WaitResult.Readable:
                    int count = NativeTerminal.Read(_handle, _buffer.Span);
                    if (count >= 0)
                        return count;
                    if (count == -1)
                        throw new IOException($"Reading from {_path} failed: {Marshal.GetLastPInvokeErrorMessage()}.");
                    break;
                case NativeTerminal.WaitResult.HungUp:
                    return 0;
                case NativeTerminal.WaitResult.TimedOut:
                    if (!NativeTerminal.IsSameNode(_path, _identity))
                        return 0;
                    break;
            }
        }

        return 0;
    }
}
