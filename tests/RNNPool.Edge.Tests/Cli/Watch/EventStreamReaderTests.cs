using System.Text;
using RNNPool.Edge.Cli;
using RNNPool.Edge.Cli.Watch;

namespace RNNPool.Edge.Tests.Cli.Watch;

public sealed class EventStreamReaderTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("event: state\ndata: {}\n\n", "state={}")]
    [InlineData("retry: 2000\n\nevent: a\ndata: 1\n\nevent: b\ndata: 2\n\n", "a=1|b=2")]
    [InlineData(": a comment\r\nevent:a\r\ndata:1\r\ndata: 2\r\n\r\n", "a=1\n2")]
    [InlineData("event: without data\n\ndata: without a name\n\n", "=without a name")]
    [InlineData("data: ä\n\ndata: cut off", "=ä")]
    [InlineData("", "")]
    public async Task Messages_come_as_they_were_sent_however_they_are_cut(string text, string expected)
    {
        foreach (int piece in new[] { 1, 3, 4096 })
        {
            await using var reader = new EventStreamReader(new Pieces(Encoding.UTF8.GetBytes(text), piece));
            var heard = new List<string>();
            while (await reader.NextAsync(Cancellation) is { } message)
                heard.Add($"{message.Name}={message.Data}");
            Assert.Equal(expected, string.Join('|', heard));
        }
    }

    [Theory]
    [InlineData("data: ")]
    [InlineData("data: 0123456789\n")]
    public async Task A_message_without_an_end_is_not_collected_for_ever(string repeated)
    {
        byte[] endless = Encoding.UTF8.GetBytes(
            string.Concat(Enumerable.Repeat(repeated, 3 * EventStreamReader.MaxBytes / repeated.Length))
        );
        await using var reader = new EventStreamReader(new Pieces(endless, 4096));

        await Assert.ThrowsAsync<DeviceException>(async () => await reader.NextAsync(Cancellation));
    }

    /// <summary>Hands out its bytes in pieces.</summary>
    private sealed class Pieces(byte[] bytes, int most) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(most, buffer.Length)], cancellationToken);
    }
}
