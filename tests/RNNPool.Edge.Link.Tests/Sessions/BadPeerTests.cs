using RNNPool.Edge.Link.Framing;
using RNNPool.Edge.Link.Messages;
using RNNPool.Edge.Link.Sessions;
using RNNPool.Edge.Link.Tests.Peers;

namespace RNNPool.Edge.Link.Tests.Sessions;

/// <summary>What is at the other end is not what it should be.</summary>
public sealed class BadPeerTests
{
    private static byte[] Frame(MessageType type, byte session, byte[] payload, FrameMarks flags = default, byte seq = 0)
    {
        byte[] output = new byte[FrameEncoder.MaxEncodedLength(payload.Length)];
        return output[
            ..FrameEncoder.Encode(new FrameHeader(1, type, flags, session, seq, 0, 4, 0, (ushort)payload.Length), payload, output)
        ];
    }

    private static byte[] Hello(uint nonce, byte chosen = 1, ushort maxPayload = 492, byte window = 4, byte min = 1, byte max = 1)
    {
        byte[] hello = new byte[DeviceHello.Size];
        BitConverter.TryWriteBytes(hello, LinkProtocol.Magic);
        BitConverter.TryWriteBytes(hello.AsSpan(4), nonce);
        (hello[8], hello[9], hello[10]) = (min, max, chosen);
        BitConverter.TryWriteBytes(hello.AsSpan(12), maxPayload);
        hello[14] = window;
        BitConverter.TryWriteBytes(hello.AsSpan(18), (ushort)320);
        return hello;
    }

    private static SimulatedLink Against(Func<double, byte[]> impostor) => new(1) { Impostor = impostor };

    [Fact]
    public void A_peer_that_never_answers_is_given_up_after_two_seconds()
    {
        using SimulatedLink link = Against(_ => []);
        Assert.True(link.Run(() => link.Closed is not null, 3000));
        Assert.Equal(LinkFailure.NoAnswer, link.Closed!.Value.Failure);
        Assert.InRange(link.ClosedAt, 2000, 2010);
    }

    [Fact]
    public void A_peer_that_speaks_garbage_is_given_up_after_two_seconds()
    {
        var random = new Random(1);
        using SimulatedLink link = Against(_ =>
        {
            byte[] bytes = new byte[random.Next(200)];
            random.NextBytes(bytes);
            return bytes;
        });
        Assert.True(link.Run(() => link.Closed is not null, 3000));
        Assert.Equal(LinkFailure.NoAnswer, link.Closed!.Value.Failure);
        Assert.Contains("baud", link.Closed.Value.Reason, StringComparison.Ordinal);
        Assert.InRange(link.ClosedAt, 2000, 2010);
    }

    [Fact]
    public void A_peer_that_speaks_text_is_given_up()
    {
        byte[] text = "login: \r\n\0"u8.ToArray();
        using SimulatedLink link = Against(now => now % 50 == 0 ? text : []);
        Assert.True(link.Run(() => link.Closed is not null, 3000));
        Assert.Equal(LinkFailure.NoAnswer, link.Closed!.Value.Failure);
    }

    [Theory]
    [InlineData(0, 2, 3)]
    [InlineData(7, 7, 7)]
    public void A_peer_of_another_version_is_named(byte chosen, byte min, byte max)
    {
        using SimulatedLink link = Against(now =>
            now == 10 ? Frame(MessageType.Hello, 1, Hello(1 << 8 | 1, chosen, min: min, max: max)) : []
        );
        Assert.True(link.Run(() => link.Closed is not null, 100));
        Assert.Equal(LinkFailure.VersionMismatch, link.Closed!.Value.Failure);
        Assert.Contains($"{min}", link.Closed.Value.Reason, StringComparison.Ordinal);
        Assert.Contains($"{max}", link.Closed.Value.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 4)]
    [InlineData(63, 4)]
    [InlineData(492, 0)]
    [InlineData(492, 17)]
    public void An_invalid_hello_is_refused(ushort maxPayload, byte window)
    {
        using SimulatedLink link = Against(now =>
            now == 10 ? Frame(MessageType.Hello, 1, Hello(1 << 8 | 1, maxPayload: maxPayload, window: window)) : []
        );
        Assert.True(link.Run(() => link.Closed is not null, 100));
        Assert.Equal(LinkFailure.InvalidHello, link.Closed!.Value.Failure);
    }

    [Fact]
    public void Acknowledgements_of_what_was_never_sent_are_ignored()
    {
        using SimulatedLink link = Against(now =>
            now switch
            {
                10 => Frame(MessageType.Hello, 1, Hello(1 << 8 | 1)),
                > 10 and < 500 => Frame(MessageType.Acknowledge, 1, [])[..] is var bytes && now % 2 == 0 ? bytes : Acknowledge((byte)now),
                _ => [],
            }
        );
        Assert.True(link.Run(() => link.Machine.State == LinkState.Ready, 100));
        Assert.True(link.Send(MessageType.StatsQuery, []));
        link.Run(() => false, 400);
        Assert.Equal(LinkState.Ready, link.Machine.State);
        Assert.True(link.Counters.Retransmissions >= 0);

        static byte[] Acknowledge(byte number)
        {
            byte[] output = new byte[FrameEncoder.MaxEncodedLength(0)];
            var header = new FrameHeader(1, MessageType.Acknowledge, FrameMarks.None, 1, 0, (byte)(number | 0x40), 4, 0, 0);
            return output[..FrameEncoder.Encode(header, [], output)];
        }
    }

    [Fact]
    public void A_device_that_lives_but_takes_nothing_is_given_up()
    {
        byte[] heartbeat = Frame(MessageType.Heartbeat, 1, new byte[8]);
        using SimulatedLink link = Against(now =>
            now == 10 ? Frame(MessageType.Hello, 1, Hello(1 << 8 | 1))
            : now % 100 == 0 ? heartbeat
            : []
        );
        Assert.True(link.Run(() => link.Machine.State == LinkState.Ready, 100));
        link.Run(() => false, 20_000); // a long idle time is no error
        Assert.Null(link.Closed);
        Assert.True(link.Send(MessageType.StatsQuery, []));
        double sentAt = link.Now;
        Assert.True(link.Run(() => link.Closed is not null, 10_000));
        Assert.Equal(LinkFailure.Stalled, link.Closed!.Value.Failure);
        Assert.InRange(link.ClosedAt - sentAt, 4990, 5100);
    }

    [Fact]
    public void A_device_that_announces_a_pause_is_waited_for_but_not_for_ever()
    {
        byte[] pause = new byte[8];
        BitConverter.TryWriteBytes(pause.AsSpan(4), (ushort)4000);
        using SimulatedLink link = Against(now =>
            now switch
            {
                10 => Frame(MessageType.Hello, 1, Hello(1 << 8 | 1)),
                20 => Frame(MessageType.Heartbeat, 1, pause),
                _ => [],
            }
        );
        Assert.True(link.Run(() => link.Machine.State == LinkState.Ready, 100));
        link.Run(() => false, 5000);
        Assert.Null(link.Closed);
        Assert.True(link.Run(() => link.Closed is not null, 1500));
        Assert.Equal(LinkFailure.Silent, link.Closed!.Value.Failure);
    }

    [Fact]
    public void A_device_that_announces_silence_for_ever_is_waited_for_fifteen_seconds()
    {
        byte[] pause = new byte[8];
        BitConverter.TryWriteBytes(pause.AsSpan(4), ushort.MaxValue);
        using SimulatedLink link = Against(now =>
            now == 10 ? Frame(MessageType.Hello, 1, Hello(1 << 8 | 1))
            : now % 100 == 0 ? Frame(MessageType.Heartbeat, 1, pause)
            : []
        );
        Assert.True(link.Run(() => link.Machine.State == LinkState.Ready, 100));
        link.Run(() => false, 20_000); // nothing waits, so the announcements cost nothing
        Assert.Null(link.Closed);
        Assert.True(link.Send(MessageType.StatsQuery, []));
        double sentAt = link.Now;
        Assert.True(link.Run(() => link.Closed is not null, 30_000));
        Assert.Equal(LinkFailure.Stalled, link.Closed!.Value.Failure);
        Assert.InRange(link.ClosedAt - sentAt, 14_900, 15_500);
    }

    [Fact]
    public void A_device_that_acknowledges_between_its_pauses_is_waited_for()
    {
        byte[] pause = new byte[8];
        BitConverter.TryWriteBytes(pause.AsSpan(4), (ushort)9000);
        byte taken = 0;
        using SimulatedLink link = Against(now =>
            now == 10 ? Frame(MessageType.Hello, 1, Hello(1 << 8 | 1))
            : now % 9500 == 20 ? Frame(MessageType.Heartbeat, 1, pause)
            : now % 9500 == 9100 ? Header(MessageType.Acknowledge, ++taken, 4)
            : []
        );
        Assert.True(link.Run(() => link.Machine.State == LinkState.Ready, 100));
        for (int i = 0; i < 4; i++)
            Assert.True(link.Send(MessageType.StatsQuery, []));
        link.Run(() => false, 4 * 9500);
        Assert.Null(link.Closed);
    }

    [Fact]
    public void A_device_that_grants_no_credit_is_given_up()
    {
        byte acknowledged = 0;
        using SimulatedLink link = Against(now =>
            now == 10 ? Frame(MessageType.Hello, 1, Hello(1 << 8 | 1))
            : now % 100 == 0 ? Header(MessageType.Heartbeat, acknowledged, 0)
            : []
        );
        Assert.True(link.Run(() => link.Machine.State == LinkState.Ready, 100));
        link.Run(() => false, 200);
        Assert.True(link.Send(MessageType.StatsQuery, []));
        Assert.True(link.Run(() => link.Closed is not null, 30_000));
        Assert.Equal(LinkFailure.Stalled, link.Closed!.Value.Failure);
    }

    private static byte[] Header(MessageType type, byte acknowledge, byte credit)
    {
        byte[] payload = type == MessageType.Heartbeat ? new byte[8] : [];
        byte[] output = new byte[FrameEncoder.MaxEncodedLength(payload.Length)];
        var header = new FrameHeader(1, type, FrameMarks.None, 1, 0, acknowledge, credit, 0, (ushort)payload.Length);
        return output[..FrameEncoder.Encode(header, payload, output)];
    }

    [Fact]
    public void Random_frames_of_a_hostile_device_never_break_the_host()
    {
        var random = new Random(8);
        for (int round = 0; round < 200; round++)
        {
            using SimulatedLink link = Against(now =>
            {
                if (now == 5)
                    return Frame(MessageType.Hello, 1, Hello(1 << 8 | 1));
                byte[] payload = new byte[random.Next(100)];
                random.NextBytes(payload);
                return Frame(
                    (MessageType)random.Next(256),
                    (byte)random.Next(3),
                    payload,
                    (FrameMarks)random.Next(4),
                    (byte)random.Next(6)
                );
            });
            link.Run(() => link.Closed is not null, 60);
        }
    }
}
