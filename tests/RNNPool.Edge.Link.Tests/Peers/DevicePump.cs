using RNNPool.Edge.Link.Framing;
using RNNPool.Edge.Link.Messages;
using RNNPool.Edge.Link.Transports;
using RNNPool.Edge.Testing;

namespace RNNPool.Edge.Link.Tests.Peers;

/// <summary>Runs the C device at the far end of in-memory lines, in real time; every opening makes a new line to the same device.</summary>
internal sealed class DevicePump : ITransportFactory, IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly long _start = TimeProvider.System.GetTimestamp();
    private InMemoryTransport? _device;
    private Task _pump = Task.CompletedTask;
    private int _seed;

    public DevicePump(NativePeer? peer = null) => Peer = peer ?? new NativePeer();

    public NativePeer Peer { get; }

    public string Name => "memory://test";

    /// <summary>How often a line was opened.</summary>
    public int Openings { get; private set; }

    /// <summary>While true, a line cannot be opened.</summary>
    public bool Unplugged { get; set; }

    /// <summary>Called with the lock held for every chunk of bytes that reaches the device.</summary>
    public Action<int>? Received { get; set; }

    /// <summary>Damage for the lines that are opened from now on.</summary>
    public Action<LineFaults>? Damage { get; set; }

    public InMemoryTransport? Host { get; private set; }

    public async ValueTask<ITransport> OpenAsync(CancellationToken cancellationToken)
    {
        if (Unplugged)
            throw new IOException("Cannot open memory://test: there is no such device.");
        await _pump.ConfigureAwait(false);
        (InMemoryTransport host, InMemoryTransport device) = InMemoryTransport.CreatePair(++_seed);
        Damage?.Invoke(host.Faults);
        Damage?.Invoke(device.Faults);
        (Host, _device) = (host, device);
        Openings++;
        _pump = Task.Run(() => PumpAsync(device), CancellationToken.None);
        return host;
    }

    /// <summary>Does something to the device between two of its turns.</summary>
    public void With(Action<NativePeer> action)
    {
        lock (_lock)
            action(Peer);
    }

    /// <summary>Asks the device something between two of its turns.</summary>
    public T With<T>(Func<NativePeer, T> function)
    {
        lock (_lock)
            return function(Peer);
    }

    public void Disconnect() => _device?.Disconnect();

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        Disconnect();
        await _pump;
        Peer.Dispose();
        _stopping.Dispose();
    }

    private async Task PumpAsync(InMemoryTransport device)
    {
        byte[] bytes = new byte[512]; // less than the device's ring, so that nothing overflows
        try
        {
            while (true)
            {
                int count = 0;
                using (var soon = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token))
                {
                    soon.CancelAfter(10);
                    try
                    {
                        count = await device.ReadAsync(bytes, soon.Token);
                        if (count == 0)
                            return;
                    }
                    catch (OperationCanceledException) when (!_stopping.IsCancellationRequested)
                    {
                        // time for a heartbeat
                    }
                }

                byte[] answer;
                lock (_lock)
                {
                    Peer.Receive(bytes.AsSpan(0, count));
                    answer = Peer.Poll(TimeProvider.System.GetElapsedTime(_start).TotalMilliseconds).ToArray();
                    if (count > 0)
                        Received?.Invoke(count);
                    if (Peer.RebootsAsked > 0)
                        Peer.Restart(BootReason.Software);
                }

                if (answer.Length > 0)
                    await device.WriteAsync(answer, _stopping.Token);
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // the host has closed its end
        }
    }
}
