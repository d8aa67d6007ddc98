using RNNPool.Edge.Link.Framing;
using RNNPool.Edge.Link.Messages;
using RNNPool.Edge.Link.Sessions;
using RNNPool.Edge.Link.Transports;
using RNNPool.Edge.Testing;

namespace RNNPool.Edge.Link.Tests.Peers;

/// <summary>The host's state machine and the C device on a line with faults, in virtual time, one thread, one millisecond a step.</summary>
internal sealed class SimulatedLink : ILinkObserver, IDisposable
{
    private const int HostBuffer = 512;

    private readonly FaultyLine _toDevice;
    private readonly FaultyLine _toHost;
    private readonly Queue<byte> _out = new();
    private readonly Queue<byte> _in = new();
    private readonly int _bytesPerMillisecond;
    private readonly byte[] _buffer = new byte[HostBuffer + 64];
    private uint _nonce;

    public SimulatedLink(int seed, int bytesPerMillisecond = 92, NativePeer? peer = null)
    {
        (_bytesPerMillisecond, Peer) = (bytesPerMillisecond, peer ?? new NativePeer());
        _toDevice = new FaultyLine(Faults, seed);
        _toHost = new FaultyLine(Faults, seed + 1);
        _nonce = (uint)(seed << 8) | 1;
        Machine = new LinkStateMachine(_nonce, new LinkSessionOptions(), Counters, this);
        Machine.Start(Now);
    }

    public LineFaults Faults { get; } = new();

    public NativePeer Peer { get; }

    public LinkCounters Counters { get; } = new();

    public LinkStateMachine Machine { get; private set; }

    public double Now { get; private set; } = 1;

    public int Sessions { get; private set; }

    public (LinkFailure Failure, string Reason)? Closed { get; private set; }

    public double ClosedAt { get; private set; }

    public List<(FrameHeader Header, byte[] Payload)> Messages { get; } = [];

    /// <summary>Bytes that the device gets instead of the host's, or the host instead of the device's.</summary>
    public Func<double, byte[]>? Impostor { get; set; }

    public void Reconnect()
    {
        Closed = null;
        _nonce = ((_nonce >> 8) + 1000) << 8 | ((_nonce & 0x7F) + 1);
        Machine = new LinkStateMachine(_nonce, new LinkSessionOptions(), Counters, this);
        Machine.Start(Now);
    }

    public void Step()
    {
        Now++;
        Machine.Poll(Now);
        if (_out.Count < HostBuffer)
            Carry(_buffer.AsSpan(0, Machine.Produce(_buffer, Now)), _toDevice, _out);
        byte[] arrived = Take(_out);
        if (Impostor is not null)
        {
            Machine.Receive(Impostor(Now), Now);
            return;
        }

        Peer.Receive(arrived);
        Carry(Peer.Poll(Now), _toHost, _in);
        Machine.Receive(Take(_in), Now);
    }

    /// <summary>Steps until the condition holds. False: it did not within that virtual time.</summary>
    public bool Run(Func<bool> until, double milliseconds)
    {
        for (double end = Now + milliseconds; Now < end; )
        {
            if (until())
                return true;
            Step();
        }

        return until();
    }

    /// <summary>Sends a message as soon as there is room. False: the session ended first.</summary>
    public bool Send(MessageType type, byte[] payload, byte tag = 1)
    {
        while (Machine.State is LinkState.Handshake or LinkState.Ready)
        {
            if (Machine.TrySend(type, tag, payload, Now))
                return true;
            Step();
        }

        return false;
    }

    public void Dispose() => Peer.Dispose();

    void ILinkObserver.OnReady(DeviceHello hello) => Sessions++;

    void ILinkObserver.OnMessage(in FrameHeader header, ReadOnlySpan<byte> payload) => Messages.Add((header, payload.ToArray()));

    void ILinkObserver.OnClosed(LinkFailure failure, string reason) => (Closed, ClosedAt) = ((failure, reason), Now);

    private static void Carry(ReadOnlySpan<byte> bytes, FaultyLine line, Queue<byte> queue)
    {
        List<byte> carried = [];
        line.Carry(bytes, carried);
        foreach (byte value in carried)
            queue.Enqueue(value);
    }

    private byte[] Take(Queue<byte> queue)
    {
        if (Faults.Stalled)
            return [];
        byte[] bytes = new byte[Math.Min(queue.Count, _bytesPerMillisecond)];
        for (int i = 0; i < bytes.Length; i++)
            bytes[i] = queue.Dequeue();
        return bytes;
    }
}
