using RNNPool.Edge.Sinks.Mqtt.Connection;

namespace RNNPool.Edge.Tests.Sinks.Mqtt;

/// <summary>The bound of received packets.</summary>
public sealed class PacketLimitStreamTests
{
    private const int Limit = 300;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(100_000)]
    public async Task Packets_within_the_limit_pass_and_a_longer_message_is_cut_off(int read)
    {
        byte[] answer = [0x20, 0x02, 0x00, 0x00],
            ping = [0xD0, 0x00],
            largest = [0x30, .. Length(Limit), .. Bytes(Limit)],
            longer = [0x32, .. Length(Limit + 1), .. Bytes(Limit + 1)],
            huge = [0x34, .. Length(3_000_000), .. Bytes(3_000_000)];
        byte[] expected =
        [
            .. answer,
            .. ping,
            .. largest,
            0x32,
            .. Length(Limit),
            .. Bytes(Limit),
            0x34,
            .. Length(Limit),
            .. Bytes(Limit),
            .. ping,
        ];
        await using var stream = new PacketLimitStream(
            new MemoryStream([.. answer, .. ping, .. largest, .. longer, .. huge, .. ping]),
            Limit
        );

        Assert.Equal(expected, await ReadAsync(stream, read));
    }

    [Fact]
    public async Task A_longer_packet_that_is_no_message_ends_the_connection()
    {
        await using var stream = new PacketLimitStream(new MemoryStream([0x20, .. Length(Limit + 1), .. Bytes(Limit + 1)]), Limit);

        await Assert.ThrowsAsync<IOException>(() => ReadAsync(stream, 100));
    }

    [Fact]
    public async Task A_length_of_more_than_four_bytes_ends_the_connection()
    {
        await using var stream = new PacketLimitStream(new MemoryStream([0x30, 0xFF, 0xFF, 0xFF, 0xFF, 0x01, .. Bytes(100)]), Limit);

        await Assert.ThrowsAsync<IOException>(() => ReadAsync(stream, 100));
    }

    private static async Task<byte[]> ReadAsync(Stream stream, int atOnce)
    {
        var all = new List<byte>();
        byte[] buffer = new byte[atOnce];
        while (await stream.ReadAsync(buffer, Cancellation) is var count and > 0)
            all.AddRange(buffer[..count]);
        return [.. all];
    }

    private static byte[] Bytes(int count) => [.. Enumerable.Range(0, count).Select(i => (byte)i)];

    private static byte[] Length(int value)
    {
        var bytes = new List<byte>();
        do
        {
            bytes.Add((byte)((value & 0x7F) | (value > 0x7F ? 0x80 : 0)));
            value >>= 7;
        } while (value > 0);
        return [.. bytes];
    }
}
