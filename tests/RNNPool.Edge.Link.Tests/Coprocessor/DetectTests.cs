using RNNPool.Edge.Link.Coprocessor;
using RNNPool.Edge.Link.Messages;
using RNNPool.Edge.Link.Sessions;
using RNNPool.Edge.Link.Tests.Peers;

namespace RNNPool.Edge.Link.Tests.Coprocessor;

public sealed class DetectTests : CoprocessorTestBase
{
    [Fact]
    public async Task Pictures_give_exactly_what_the_engine_found()
    {
        await using var pump = new DevicePump();
        await using CoprocessorClient client = Connect(pump);
        CoprocessorInfo info = await client.WaitReadyAsync(Token);
        Assert.Equal("test", info.Hello.Board);
        Assert.Equal(CoprocessorState.Ready, client.State);
        Assert.Equal("crc-boxes", info.ActiveModel?.Name);
        for (int seed = 0; seed < 8; seed++)
            await DetectAsync(client, seed, 20 + (seed * 40), 10 + (seed * 30));
        Assert.Equal(0, client.Counters.InvalidMessages);
        Assert.Equal(0, client.Counters.DamagedFrames);
        DeviceStatistics statistics = await client.QueryStatisticsAsync(Token);
        Assert.Equal((8u, 8u, 0u), (statistics.PicturesBegun, statistics.PicturesDone, statistics.Overruns));
    }

    [Fact]
    public async Task The_row_code_saves_bytes_and_changes_nothing()
    {
        await using var pump = new DevicePump();
        byte[] pixels = TestPictures.Create(Width, Height, 3);
        CoprocessorResult[] results = [new(), new()];
        foreach (bool coded in (bool[])[false, true])
        {
            await using CoprocessorClient client = Connect(pump, Quick(options => options.UseRowCode = coded));
            await client.WaitReadyAsync(Token);
            await client.DetectAsync(pixels, Width, Height, Width, 0, results[coded ? 1 : 0], Token);
        }

        Assert.Equal(results[0].Detections, results[1].Detections);
        Assert.Equal(pixels.Length, results[0].PixelBytesSent);
        Assert.InRange(results[1].PixelBytesSent, 1, pixels.Length / 2);
    }

    [Fact]
    public async Task Rows_may_lie_further_apart_than_they_are_wide()
    {
        await using var pump = new DevicePump();
        await using CoprocessorClient client = Connect(pump);
        await client.WaitReadyAsync(Token);
        byte[] pixels = TestPictures.Create(50, 20, 1);
        byte[] padded = new byte[64 * 20];
        for (int row = 0; row < 20; row++)
            pixels.AsSpan(row * 50, 50).CopyTo(padded.AsSpan(row * 64));
        var result = new CoprocessorResult();
        await client.DetectAsync(padded, 50, 20, 64, 0, result, Token);
        TestPictures.AssertFound(pixels, 50, 20, result);
    }

    [Fact]
    public async Task Refusals_say_why_and_leave_the_session_alone()
    {
        await using var pump = new DevicePump();
        await using CoprocessorClient client = Connect(pump);
        await client.WaitReadyAsync(Token);
        var result = new CoprocessorResult();
        byte[] pixels = new byte[400 * 1100];
        CoprocessorException wide = await Assert.ThrowsAsync<CoprocessorException>(() =>
            client.DetectAsync(pixels, 400, 10, 400, 0, result, Token).AsTask()
        );
        Assert.Equal(DeviceStatus.TooLarge, wide.Status);
        CoprocessorException high = await Assert.ThrowsAsync<CoprocessorException>(() =>
            client.DetectAsync(pixels, 16, 1100, 16, 0, result, Token).AsTask()
        );
        Assert.Equal(DeviceStatus.WrongSize, high.Status);
        CoprocessorException other = await Assert.ThrowsAsync<CoprocessorException>(() =>
            client.DetectAsync(pixels, 16, 16, 16, 0x12345678, result, Token).AsTask()
        );
        Assert.Equal(DeviceStatus.WrongModel, other.Status);
        pump.With(peer => peer.FailEngine(true));
        CoprocessorException engine = await Assert.ThrowsAsync<CoprocessorException>(() =>
            client.DetectAsync(pixels, 16, 16, 16, 0, result, Token).AsTask()
        );
        Assert.Equal(DeviceStatus.Engine, engine.Status);
        pump.With(peer => peer.FailEngine(false));
        await DetectAsync(client, 1);
        Assert.Equal(1, pump.Openings);
    }

    [Fact]
    public async Task The_right_model_is_accepted_by_its_number()
    {
        await using var pump = new DevicePump();
        await using CoprocessorClient client = Connect(pump);
        CoprocessorInfo info = await client.WaitReadyAsync(Token);
        var result = new CoprocessorResult();
        await client.DetectAsync(new byte[16 * 16], 16, 16, 16, info.ActiveModel!.Id, result, Token);
    }

    [Fact]
    public async Task A_picture_can_be_given_up_and_the_next_one_works()
    {
        await using var pump = new DevicePump();
        await using CoprocessorClient client = Connect(pump);
        await client.WaitReadyAsync(Token);
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(Token);
        int chunks = 0;
        pump.Received = _ =>
        {
            if (++chunks == 10)
                cancellation.Cancel();
        };
        byte[] noise = new byte[300 * 1000];
        new Random(1).NextBytes(noise);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            client.DetectAsync(noise, 300, 1000, 300, 0, new CoprocessorResult(), cancellation.Token).AsTask()
        );
        pump.Received = null;
        for (int seed = 0; seed < 3; seed++)
            await DetectAsync(client, seed);
        Assert.Equal(1, pump.Openings);
    }

    [Fact]
    public async Task A_device_that_vanishes_in_the_middle_of_a_picture_ends_the_wait_and_comes_back()
    {
        await using var pump = new DevicePump();
        await using CoprocessorClient client = Connect(pump);
        await client.WaitReadyAsync(Token);
        int chunks = 0;
        pump.Received = _ =>
        {
            if (++chunks == 5)
                pump.Disconnect();
        };
        await Assert.ThrowsAsync<LinkException>(() => DetectAsync(client, 1));
        pump.Received = null;
        await client.WaitReadyAsync(Token);
        await DetectAsync(client, 2);
        Assert.Equal(2, pump.Openings);
    }

    [Fact]
    public async Task A_device_that_falls_silent_in_the_middle_of_a_picture_is_noticed_by_its_silence()
    {
        await using var pump = new DevicePump();
        await using CoprocessorClient client = Connect(pump);
        await client.WaitReadyAsync(Token);
        int chunks = 0;
        pump.Received = _ =>
        {
            if (++chunks == 5)
                pump.Host!.Faults.Cut = true;
        };
        LinkException lost = await Assert.ThrowsAsync<LinkException>(() => DetectAsync(client, 1));
        Assert.Equal(LinkFailure.Silent, lost.Failure);
        pump.Received = null;
        await client.WaitReadyAsync(Token);
        await DetectAsync(client, 2);
    }

    [Fact]
    public async Task Without_a_device_the_call_fails_at_once_with_the_last_error()
    {
        await using var pump = new DevicePump { Unplugged = true };
        await using CoprocessorClient client = Connect(pump);
        await EventuallyAsync(() => client.LastError is not null);
        LinkException error = await Assert.ThrowsAsync<LinkException>(() => DetectAsync(client, 1));
        Assert.Equal(LinkFailure.TransportLost, error.Failure);
        Assert.Contains(client.LastError!.TrimEnd('.'), error.Message, StringComparison.Ordinal);
        pump.Unplugged = false;
        await client.WaitReadyAsync(Token);
        await DetectAsync(client, 1);
    }

    [Fact]
    public async Task A_bad_line_costs_time_only()
    {
        await using var pump = new DevicePump
        {
            Damage = faults => (faults.FlipRate, faults.LossRate, faults.DuplicationRate) = (0.0007, 0.0007, 0.0007),
        };
        await using CoprocessorClient client = Connect(pump, Quick(options => options.DetectTimeout = TimeSpan.FromMinutes(1)));
        for (int seed = 0; seed < 4; )
        {
            await client.WaitReadyAsync(Token);
            try
            {
                await DetectAsync(client, seed, 64, 48);
                seed++;
            }
            catch (LinkException)
            {
                // heartbeats may be lost too: then there is a new session
            }
        }

        Assert.True(client.Counters.Retransmissions > 0);
        Assert.True(client.Counters.DamagedFrames > 0);
    }

    [Fact]
    public async Task Log_lines_faults_and_restarts_arrive_as_events()
    {
        await using var pump = new DevicePump();
        await using CoprocessorClient client = Connect(pump);
        await client.WaitReadyAsync(Token);
        await EventuallyAsync(() => pump.With(peer => peer.Log(2, "warm\u001b[31m"))); // while replies wait there is no room for it
        await EventuallyAsync(() => pump.With(peer => peer.Fault(4, "stack")));
        List<CoprocessorEvent> events = [];
        while (events.Count < 3)
            events.Add(await client.Events.ReadAsync(Token));
        Assert.Equal([CoprocessorEventKind.Connected, CoprocessorEventKind.Log, CoprocessorEventKind.Fault], events.Select(e => e.Kind));
        Assert.Equal(("warm?[31m", (byte)2), (events[1].Text, events[1].Level));
        Assert.Equal(("stack", (byte)4), (events[2].Text, events[2].Level));
        await client.RebootAsync(Token);
        CoprocessorEvent lost = await client.Events.ReadAsync(Token);
        Assert.Equal(CoprocessorEventKind.Disconnected, lost.Kind);
        Assert.Contains("Software", lost.Text, StringComparison.Ordinal);
        await client.WaitReadyAsync(Token);
        await DetectAsync(client, 1);
    }
}
