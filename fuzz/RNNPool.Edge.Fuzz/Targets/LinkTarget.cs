using RNNPool.Edge.Link;
using RNNPool.Edge.Link.Coprocessor;
using RNNPool.Edge.Link.Framing;
using RNNPool.Edge.Link.Messages;
using RNNPool.Edge.Link.Sessions;

namespace RNNPool.Edge.Fuzz.Targets;

/// <summary>
/// What a coprocessor can send: raw bytes, and messages in good frames, at any times, while the host sends messages of its own. The session
/// stays within its buffers and ends at most by itself; messages arrive in order; results stay within their bounds.
/// </summary>
internal sealed class LinkTarget : FuzzTarget, ILinkObserver
{
    private const uint Nonce = 0x31;
    private const int MostDetections = 1024;

    private readonly byte[] _output = new byte[2048];
    private FrameCollector _collector = new();
    private CoprocessorResult _result = new();
    private bool _closed;
    private byte _received;

    public override void Run(ReadOnlySpan<byte> input)
    {
        var reader = new InputReader(input);
        var machine = new LinkStateMachine(Nonce, new LinkSessionOptions(), new LinkCounters(), this);
        _result = new CoprocessorResult();
        _collector = new FrameCollector();
        ValueTask frame = _collector.Begin(1, 320, 240, _result);
        (_closed, _received) = (false, 0);
        double now = 1;
        byte sequence = 0;
        machine.Start(now);
        while (!reader.IsEmpty)
        {
            byte operation = reader.Byte();
            switch (operation & 3)
            {
                case 0:
                    now += reader.Byte() * 4;
                    machine.Poll(now);
                    break;
                case 1:
                    machine.Receive(reader.Bytes(reader.Byte()), now);
                    break;
                case 2:
                    Receive(machine, ref reader, operation, ref sequence, now);
                    break;
                default:
                    byte tag = reader.Byte();
                    // A longer payload is an error of the caller.
                    ReadOnlySpan<byte> request = reader.Bytes(Math.Min(reader.Byte(), machine.PayloadLimit));
                    machine.TrySend(MessageType.StatsQuery, tag, request, now);
                    break;
            }

            Require(machine.Produce(_output, now) <= _output.Length, "output fits");
            Require(machine.NextDeadline() >= 0, "there is a deadline");
            Require(_closed == (machine.State == LinkState.Closed), "the end of the session is reported");
        }

        // A silent device is given up: after the longest announced pause nothing waits any more.
        for (int i = 0; i < 100 && machine.State != LinkState.Closed; i++)
        {
            machine.Poll(now += 1000);
            machine.Produce(_output, now);
        }

        Require(machine.State == LinkState.Closed, "a silent device is given up");
        if (!_collector.IsOver)
            _collector.Fail(new InvalidOperationException("ended"));
        _ = frame.AsTask().Exception;
    }

    void ILinkObserver.OnReady(DeviceHello hello) => Require(hello.ToString() is not null, "the hello is readable");

    void ILinkObserver.OnMessage(in FrameHeader header, ReadOnlySpan<byte> payload)
    {
        Require(header.Sequence == _received, "messages arrive once and in order");
        _received++;
        if (header.Type == MessageType.Result)
            _collector.TryAccept(payload);
        Require(_result.Count <= MostDetections, "a result is bounded");
        UploadStateMessage.TryRead(payload, out _);
        StatusMessage.TryRead(payload, out _);
        DeviceStatistics.TryRead(payload, out _);
        SlotInfo.Read(payload);
        WireText.Read(payload);
    }

    void ILinkObserver.OnClosed(LinkFailure failure, string reason) => _closed = true;

    private static void Receive(LinkStateMachine machine, ref InputReader reader, byte operation, ref byte sequence, double now)
    {
        byte marks = reader.Byte();
        var type = (MessageType)reader.Byte();
        ReadOnlySpan<byte> payload = reader.Bytes(reader.Byte());
        bool reliable = (marks & 1) != 0;
        byte own = (operation & 4) == 0 ? sequence : (byte)(sequence + (marks >> 4));
        var header = new FrameHeader(
            1,
            type,
            (FrameMarks)(marks & 3),
            (byte)((operation & 8) == 0 ? Nonce : marks),
            own,
            (byte)(marks >> 2 & 7),
            (byte)(operation >> 4),
            (byte)(marks >> 5),
            (ushort)payload.Length
        );
        if (reliable && own == sequence)
            sequence++;
        byte[] output = new byte[FrameEncoder.MaxEncodedLength(payload.Length)];
        machine.Receive(output.AsSpan(0, FrameEncoder.Encode(header, payload, output)), now);
    }
}
