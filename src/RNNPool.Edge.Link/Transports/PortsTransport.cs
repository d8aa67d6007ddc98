using System.IO.Ports;

namespace RNNPool.Edge.Link.Transports;

/// <summary>A serial port through System.IO.Ports.</summary>
/// <remarks>
/// System.IO.Ports does not report an unplugged device on Linux, so the device's node is looked at four times a second beside it.
/// A device that hangs without its node vanishing is noticed by the heartbeats of the session.
/// </remarks>
public sealed class PortsTransport : ITransport
{
    private static readonly TimeSpan s_nodeCheckInterval = TimeSpan.FromMilliseconds(250);

    private readonly SerialPort _port;
    private readonly Stream _stream;
    private readonly CancellationTokenSource _gone = new();
    private readonly Timer? _nodeCheck;

    /// <summary>Opens a port with 8 data bits, no parity, one stop bit, without flow control.</summary>
    /// <exception cref="IOException">It cannot be opened; the message says why.</exception>
    public PortsTransport(string path, int baudRate)
    {
        _port = new SerialPort(path, baudRate, Parity.None, 8, StopBits.One) { Handshake = Handshake.None };
        try
        {
            _port.Open();
            _stream = _port.BaseStream;
            _port.DiscardInBuffer();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or InvalidOperationException)
        {
            _port.Dispose();
            throw new IOException($"Cannot open {path}: {e.Message.TrimEnd('.')}.", e);
        }

        if (!OperatingSystem.IsWindows())
            _nodeCheck = new Timer(_ => CheckNode(), null, s_nodeCheckInterval, s_nodeCheckInterval);
    }

    /// <inheritdoc/>
    public string Name => "serial://" + _port.PortName;

    /// <inheritdoc/>
    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _gone.Token);
        try
        {
            return await _stream.ReadAsync(buffer, both.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_gone.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return 0;
        }
        catch (Exception e) when (e is ObjectDisposedException or InvalidOperationException)
        {
            return 0; // how System.IO.Ports puts it when the device has vanished
        }
    }

    /// <inheritdoc/>
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _gone.Token);
        try
        {
            await _stream.WriteAsync(bytes, both.Token).ConfigureAwait(false);
        }
        catch (Exception e)
            when (!cancellationToken.IsCancellationRequested
                && e is ObjectDisposedException or InvalidOperationException or OperationCanceledException
            )
        {
            throw new IOException($"Writing to {_port.PortName} failed: the device has vanished.", e);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_nodeCheck is not null)
            await _nodeCheck.DisposeAsync().ConfigureAwait(false);
        await _gone.CancelAsync().ConfigureAwait(false);
        try
        {
            _port.Dispose();
        }
        catch (IOException)
        {
            // closing a vanished device fails, and there is nothing left to close
        }

        _gone.Dispose();
    }

    private void CheckNode()
    {
        if (File.Exists(_port.PortName))
            return;
        try
        {
            _gone.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // closed in the meantime
        }
    }
}
