using System.IO.Hashing;
using RNNPool.Edge.Link.Framing;
using RNNPool.Edge.Link.Messages;
using RNNPool.Edge.Link.Rows;
using RNNPool.Edge.Link.Sessions;
using RNNPool.Edge.Link.Tests.Peers;

namespace RNNPool.Edge.Link.Tests.Sessions;

/// <summary>The whole protocol between the C# host and the C device over bad lines, in virtual time.</summary>
public sealed class NoisyLineTests
{
    private const int Width = 160;
    private const int Height = 96;

    // Sends a picture, with a new session after every loss. Returns the virtual time in milliseconds.
    private static double SendPicture(SimulatedLink link, byte[] pixels, int width, int height, double limit)
    {
        double start = link.Now;
        ushort frame = 0;
        while (link.Now - start < limit)
        {
            if (link.Closed is not null)
                link.Reconnect();
            link.Messages.Clear();
            frame++;
            if (
                TrySendPicture(link, pixels, width, height, frame)
                && link.Run(() => link.Closed is not null || Collect(link, frame, out _), limit)
                && Collect(link, frame, out List<byte> detections)
            )
            {
                Assert.Equal(NativePeer.Expected(Crc32.HashToUInt32(pixels), width, height), detections);
                return link.Now - start;
            }
        }

        Assert.Fail($"no result within {limit} virtual milliseconds; last session ended with {link.Closed}");
        return 0;
    }

    private static bool TrySendPicture(SimulatedLink link, byte[] pixels, int width, int height, ushort frame)
    {
        byte[] begin = new byte[FrameBeginMessage.Size];
        new FrameBeginMessage(frame, (ushort)width, (ushort)height, 0).Write(begin);
        if (!link.Send(MessageType.FrameBegin, begin))
            return false;
        for (int position = 0; position < pixels.Length; )
        {
            int room = link.Machine.PayloadLimit - FrameRowsMessage.Size;
            byte[] output = new byte[room];
            int length = RowCode.Encode(pixels, width, width, position, pixels.Length - position, output, out int coded);
            RowEncoding encoding = RowEncoding.Coded;
            if (coded <= room)
            {
                (encoding, coded) = (RowEncoding.Raw, Math.Min(room, pixels.Length - position));
                length = coded;
                pixels.AsSpan(position, coded).CopyTo(output);
            }

            byte[] payload = new byte[FrameRowsMessage.Size + length];
            new FrameRowsMessage(frame, encoding, (ushort)(position / width), (ushort)(position % width), (ushort)coded).Write(payload);
            output.AsSpan(0, length).CopyTo(payload.AsSpan(FrameRowsMessage.Size));
            if (!link.Send(MessageType.FrameRows, payload))
                return false;
            position += coded;
        }

        return true;
    }

    private static bool Collect(SimulatedLink link, ushort frame, out List<byte> detections)
    {
        detections = [];
        foreach ((FrameHeader header, byte[] payload) in link.Messages)
        {
            if (header.Type != MessageType.Result)
                continue;
            Assert.True(ResultMessage.TryRead(payload, out ResultMessage part));
            if (part.Frame != frame)
                continue;
            Assert.Equal(DeviceStatus.Ok, part.Status);
            Assert.Equal(part.First * ResultMessage.DetectionSize, detections.Count);
            detections.AddRange(payload[ResultMessage.Size..]);
            if (part.Last)
                return true;
        }

        return false;
    }

    [Fact]
    public void A_clean_line_is_used_well()
    {
        using var link = new SimulatedLink(1);
        byte[] pixels = new byte[320 * 240];
        new Random(1).NextBytes(pixels); // incompressible: all 76,800 bytes must be sent
        double milliseconds = SendPicture(link, pixels, 320, 240, 10_000);
        double ideal = pixels.Length / 92.0;
        Assert.InRange(milliseconds, ideal, ideal * 1.12);
        Assert.Equal(0, link.Counters.Retransmissions);
        Assert.Equal(0u, link.Peer.Statistics().Overruns);
    }

    [Theory]
    [InlineData(0.01, 0, 0)]
    [InlineData(0, 0.01, 0)]
    [InlineData(0, 0, 0.01)]
    [InlineData(0.003, 0.004, 0.003)]
    public void Pictures_and_results_get_through_one_percent_of_damaged_bytes(double flips, double losses, double duplications)
    {
        for (int seed = 1; seed <= 6; seed++)
        {
            using var link = new SimulatedLink(seed);
            (link.Faults.FlipRate, link.Faults.LossRate, link.Faults.DuplicationRate) = (flips, losses, duplications);
            SendPicture(link, TestPictures.Create(Width, Height, seed), Width, Height, 120_000);
            Assert.True(link.Counters.Retransmissions > 0);
            Assert.True(link.Peer.Statistics().SequenceGaps + link.Peer.Statistics().CheckErrors > 0);
        }
    }

    [Fact]
    public void Rare_damage_costs_little()
    {
        using var link = new SimulatedLink(5);
        byte[] pixels = TestPictures.Create(320, 240, 1);
        double clean = SendPicture(link, pixels, 320, 240, 10_000);
        link.Faults.FlipRate = 1e-4;
        double noisy = SendPicture(link, pixels, 320, 240, 10_000);
        Assert.InRange(noisy, clean, clean * 2);
    }

    [Fact]
    public void Messages_of_the_device_come_once_and_in_order_over_a_bad_line()
    {
        using var link = new SimulatedLink(9);
        Assert.True(link.Run(() => link.Machine.State == LinkState.Ready, 3000));
        (link.Faults.FlipRate, link.Faults.LossRate, link.Faults.DuplicationRate) = (0.004, 0.003, 0.003);
        int sent = 0;
        link.Run(
            () =>
            {
                if (sent < 300 && link.Peer.Log(1, $"line {sent}"))
                    sent++;
                return link.Messages.Count >= 300 || link.Closed is not null;
            },
            120_000
        );
        Assert.Null(link.Closed);
        string[] texts = [.. link.Messages.Select(message => System.Text.Encoding.UTF8.GetString(message.Payload.AsSpan(8)))];
        Assert.Equal(Enumerable.Range(0, 300).Select(i => $"line {i}"), texts);
    }

    [Fact]
    public void A_slow_line_works_without_needless_repetition()
    {
        using var link = new SimulatedLink(2, bytesPerMillisecond: 4); // the rate of an emulated UART
        byte[] pixels = TestPictures.Create(Width, Height, 1);
        SendPicture(link, pixels, Width, Height, 20_000);
        Assert.InRange(link.Counters.Retransmissions, 0, 8);
        Assert.Equal(1, link.Sessions);
    }

    [Fact]
    public void A_short_stall_is_survived_and_a_long_one_noticed_within_two_seconds()
    {
        using var link = new SimulatedLink(3);
        Assert.True(link.Run(() => link.Machine.State == LinkState.Ready, 1000));
        link.Faults.Stalled = true;
        link.Run(() => false, 1200);
        link.Faults.Stalled = false;
        SendPicture(link, TestPictures.Create(Width, Height, 1), Width, Height, 5000);
        Assert.Equal(1, link.Sessions);
        double stalledAt = link.Now;
        link.Faults.Stalled = true;
        Assert.True(link.Run(() => link.Closed is not null, 5000));
        Assert.Equal(LinkFailure.Silent, link.Closed!.Value.Failure);
        Assert.InRange(link.ClosedAt - stalledAt, 1000, 2000);
        link.Faults.Stalled = false;
        SendPicture(link, TestPictures.Create(Width, Height, 2), Width, Height, 5000);
        Assert.Equal(2, link.Sessions);
    }

    [Fact]
    public void A_device_that_restarts_at_any_moment_costs_one_session_and_no_wrong_result()
    {
        byte[] pixels = TestPictures.Create(64, 48, 1);
        for (int moment = 0; moment < 60; moment++)
        {
            using var link = new SimulatedLink(moment + 1, bytesPerMillisecond: 40);
            bool restarted = false;
            link.Run(
                () =>
                {
                    if (!restarted && link.Now >= moment + 1)
                    {
                        link.Peer.Restart(BootReason.Watchdog);
                        restarted = true;
                    }

                    return restarted;
                },
                1000
            );
            double at = link.Now;
            SendPicture(link, pixels, 64, 48, 10_000);
            Assert.InRange(link.Now - at, 0, 2500);
        }
    }

    [Fact]
    public void A_device_that_restarts_in_the_middle_of_a_picture_is_noticed_at_once()
    {
        for (int part = 0; part < 12; part++)
        {
            using var link = new SimulatedLink(part + 1);
            Assert.True(link.Run(() => link.Machine.State == LinkState.Ready, 1000));
            byte[] begin = new byte[FrameBeginMessage.Size];
            new FrameBeginMessage(1, 32, 100, 0).Write(begin);
            Assert.True(link.Send(MessageType.FrameBegin, begin));
            byte[] rows = new byte[FrameRowsMessage.Size + 32];
            for (int row = 0; row < part; row++)
            {
                new FrameRowsMessage(1, RowEncoding.Raw, (ushort)row, 0, 32).Write(rows);
                Assert.True(link.Send(MessageType.FrameRows, rows));
            }

            double at = link.Now;
            link.Peer.Restart(BootReason.Fault);
            Assert.True(link.Run(() => link.Closed is not null, 3000));
            Assert.Equal(LinkFailure.DeviceRestarted, link.Closed!.Value.Failure);
            Assert.InRange(link.ClosedAt - at, 0, 200);
            SendPicture(link, TestPictures.Create(64, 48, part), 64, 48, 5000);
        }
    }

    [Fact]
    public void Sequence_numbers_wrap_around()
    {
        using var link = new SimulatedLink(4);
        for (int i = 0; i < 600; i++)
            Assert.True(link.Send(MessageType.SlotQuery, [0, 0, 0, 0], (byte)((i % 255) + 1)));
        Assert.True(link.Run(() => link.Messages.Count == 600, 10_000));
        Assert.Equal(Enumerable.Range(0, 600).Select(i => (byte)((i % 255) + 1)), link.Messages.Select(message => message.Header.Tag));
    }
}
