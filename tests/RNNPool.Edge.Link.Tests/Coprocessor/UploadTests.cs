using System.Security.Cryptography;
using RNNPool.Edge.Link.Coprocessor;
using RNNPool.Edge.Link.Messages;
using RNNPool.Edge.Link.Sessions;
using RNNPool.Edge.Link.Tests.Peers;

namespace RNNPool.Edge.Link.Tests.Coprocessor;

public sealed class UploadTests : CoprocessorTestBase
{
    private static string Sha(byte[] model) => Convert.ToHexStringLower(SHA256.HashData(model));

    private sealed class Progress(Action<UploadProgress> report) : IProgress<UploadProgress>
    {
        public void Report(UploadProgress value) => report(value);
    }

    [Fact]
    public async Task A_model_is_stored_verified_tried_and_kept()
    {
        await using var pump = new DevicePump();
        await using CoprocessorClient client = Connect(pump);
        await client.WaitReadyAsync(Token);
        byte[] model = Model(50_001, 1);
        List<uint> stored = [];
        SlotInfo slot = await client.UploadAsync(model, new Progress(progress => stored.Add(progress.Stored)), Token);
        Assert.Equal((SlotState.Trial, (uint)model.Length, Sha(model)), (slot.State, slot.Size, slot.Sha256));
        Assert.Equal(stored.Order(), stored);
        Assert.Equal((uint)model.Length, stored[^1]);
        await DetectAsync(client, 1);
        CoprocessorInfo info = await client.RefreshAsync(Token);
        Assert.Equal((SlotState.Active, slot.Slot), (info.ActiveModel!.State, info.ActiveModel.Slot));
        byte[] next = Model(40_000, 2);
        SlotInfo other = await client.UploadAsync(next, null, Token);
        Assert.NotEqual(slot.Slot, other.Slot);
        await client.UploadAsync(next, null, Token); // the same again: nothing to send
        DeviceStatistics statistics = await client.QueryStatisticsAsync(Token);
        Assert.Equal((uint)(model.Length + next.Length), statistics.BytesProgrammed);
        pump.With(peer => Assert.False(peer.FlashOverwritten));
    }

    [Fact]
    public async Task An_upload_that_is_cut_at_every_chunk_goes_on_where_it_was()
    {
        await using var pump = new DevicePump();
        await using CoprocessorClient client = Connect(pump);
        await client.WaitReadyAsync(Token);
        byte[] model = Model(20_000, 3);
        int cuts = 0;
        SlotInfo slot = await client.UploadAsync(
            model,
            new Progress(progress =>
            {
                if (progress.Stored >= progress.Total)
                    return;
                cuts++;
                pump.Disconnect();
            }),
            Token
        );
        Assert.Equal(Sha(model), slot.Sha256);
        Assert.InRange(cuts, 8, 50);
        DeviceStatistics statistics = await client.QueryStatisticsAsync(Token);
        Assert.Equal((uint)model.Length, statistics.BytesProgrammed); // not a byte twice
        await DetectAsync(client, 1);
    }

    [Fact]
    public async Task An_upload_survives_restarts_of_the_device()
    {
        await using var pump = new DevicePump();
        await using CoprocessorClient client = Connect(pump);
        await client.WaitReadyAsync(Token);
        byte[] model = Model(30_000, 4);
        uint restartAt = 3000;
        SlotInfo slot = await client.UploadAsync(
            model,
            new Progress(progress =>
            {
                if (progress.Stored < restartAt)
                    return;
                restartAt += 5000;
                pump.With(peer => peer.Restart(BootReason.Power));
            }),
            Token
        );
        Assert.Equal(Sha(model), slot.Sha256);
        Assert.True(pump.Openings > 4);
        await DetectAsync(client, 1);
        pump.With(peer => Assert.False(peer.FlashOverwritten));
    }

    [Fact]
    public async Task Power_that_fails_during_any_flash_operation_never_leaves_the_device_without_a_model()
    {
        byte[] first = Model(9_000, 5);
        byte[] second = Model(9_000, 6);
        for (uint operation = 1; operation < 40; operation += 3)
        {
            await using var pump = new DevicePump(new NativePeer(slots: true, builtIn: false));
            await using CoprocessorClient client = Connect(pump, Quick(options => options.RequestTimeout = TimeSpan.FromMilliseconds(200)));
            await client.WaitReadyAsync(Token);
            await client.UploadAsync(first, null, Token);
            pump.With(peer => peer.FailFlashAt(operation));
            try
            {
                await client.UploadAsync(second, null, Token);
            }
            catch (Exception e) when (e is CoprocessorException or LinkException or TimeoutException)
            {
                // the flash memory is dead until the device restarts
            }

            pump.With(peer => peer.Restart(BootReason.Power));
            pump.Disconnect();
            await EventuallyAsync(() => client.Info is not null && pump.Openings > 1);
            CoprocessorInfo info = await client.RefreshAsync(Token);
            Assert.Contains(info.ActiveModel!.Sha256, (string[])[Sha(first), Sha(second)]);
            await DetectAsync(client, 1);
            SlotInfo slot = await client.UploadAsync(second, null, Token);
            Assert.Equal(Sha(second), slot.Sha256);
            pump.With(peer => Assert.False(peer.FlashOverwritten));
        }
    }

    [Fact]
    public async Task A_corrupt_upload_never_replaces_the_good_model()
    {
        await using var pump = new DevicePump();
        await using CoprocessorClient client = Connect(pump);
        await client.WaitReadyAsync(Token);
        byte[] good = Model(20_000, 7);
        await client.UploadAsync(good, null, Token);
        await DetectAsync(client, 1);
        byte[] bad = Model(20_000, 8);
        CoprocessorException error = await Assert.ThrowsAsync<CoprocessorException>(() =>
            client.UploadAsync(bad, new Progress(progress => pump.With(peer => peer.DamageSlot(progress.Slot, progress.Stored - 1))), Token)
        );
        Assert.Equal(DeviceStatus.HashMismatch, error.Status);
        CoprocessorInfo info = await client.RefreshAsync(Token);
        Assert.Equal(Sha(good), info.ActiveModel!.Sha256);
        Assert.DoesNotContain(info.Slots, slot => slot.Sha256 == Sha(bad) && slot.State != SlotState.Empty);
        await DetectAsync(client, 2);
    }

    [Fact]
    public async Task A_damaged_byte_is_repaired_by_a_second_upload()
    {
        await using var pump = new DevicePump();
        await using CoprocessorClient client = Connect(pump);
        await client.WaitReadyAsync(Token);
        bool damaged = false;
        byte[] model = Model(20_000, 9);
        SlotInfo slot = await client.UploadAsync(
            model,
            new Progress(progress =>
            {
                if (!damaged)
                    pump.With(peer => peer.DamageSlot(progress.Slot, progress.Stored - 1));
                damaged = true;
            }),
            Token
        );
        Assert.Equal(Sha(model), slot.Sha256);
    }

    [Fact]
    public async Task A_model_that_the_firmware_cannot_run_is_refused()
    {
        await using var pump = new DevicePump();
        await using CoprocessorClient client = Connect(pump);
        CoprocessorInfo before = await client.WaitReadyAsync(Token);
        CoprocessorException error = await Assert.ThrowsAsync<CoprocessorException>(() =>
            client.UploadAsync(Model(5_000, 1, first: 0xEE), null, Token)
        );
        Assert.Equal(DeviceStatus.BadModel, error.Status);
        Assert.Equal(before.ActiveModel, (await client.RefreshAsync(Token)).ActiveModel);
    }

    [Fact]
    public async Task A_model_that_never_completes_a_picture_is_given_up_after_two_restarts()
    {
        await using var pump = new DevicePump();
        await using CoprocessorClient client = Connect(pump);
        await client.WaitReadyAsync(Token);
        byte[] good = Model(8_000, 1);
        await client.UploadAsync(good, null, Token);
        await DetectAsync(client, 1);
        byte[] crashing = Model(8_000, 2);
        await client.UploadAsync(crashing, null, Token);
        for (int restart = 0; restart < 2; restart++)
        {
            int before = pump.Openings;
            pump.With(peer => peer.Restart(BootReason.Watchdog));
            pump.Disconnect();
            await EventuallyAsync(() => pump.Openings > before && client.Info is not null);
        }

        CoprocessorInfo info = await client.RefreshAsync(Token);
        Assert.Equal(Sha(good), info.ActiveModel!.Sha256);
        Assert.Contains(info.Slots, slot => slot.State == SlotState.Failed && slot.Sha256 == Sha(crashing));
        await DetectAsync(client, 3);
    }

    [Fact]
    public async Task A_board_without_writable_slots_says_so()
    {
        await using var pump = new DevicePump(new NativePeer(slots: false, builtIn: true));
        await using CoprocessorClient client = Connect(pump);
        CoprocessorInfo info = await client.WaitReadyAsync(Token);
        Assert.False(info.CanUpload);
        Assert.Equal(SlotInfo.BuiltIn, info.ActiveModel!.Slot);
        CoprocessorException error = await Assert.ThrowsAsync<CoprocessorException>(() => client.UploadAsync(Model(100, 1), null, Token));
        Assert.Equal(DeviceStatus.BadSlot, error.Status);
    }

    [Fact]
    public async Task A_model_that_does_not_fit_is_refused_before_anything_is_sent()
    {
        await using var pump = new DevicePump();
        await using CoprocessorClient client = Connect(pump);
        await client.WaitReadyAsync(Token);
        CoprocessorException error = await Assert.ThrowsAsync<CoprocessorException>(() =>
            client.UploadAsync(Model(200_000, 1), null, Token)
        );
        Assert.Equal(DeviceStatus.TooLarge, error.Status);
    }

    [Fact]
    public async Task An_upload_goes_through_a_bad_line()
    {
        await using var pump = new DevicePump { Damage = faults => (faults.FlipRate, faults.LossRate) = (0.0005, 0.0005) };
        await using CoprocessorClient client = Connect(pump, Quick(options => options.UploadAttempts = 20));
        byte[] model = Model(10_000, 5);
        SlotInfo slot = await client.UploadAsync(model, null, Token);
        Assert.Equal(Sha(model), slot.Sha256);
        Assert.True(client.Counters.Retransmissions > 0);
    }
}
