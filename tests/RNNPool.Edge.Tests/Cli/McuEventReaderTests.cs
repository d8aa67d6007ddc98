using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;
using RNNPool.Edge.Cli.Mcu;
using RNNPool.Edge.Link.Coprocessor;

namespace RNNPool.Edge.Tests.Cli;

public sealed class McuEventReaderTests
{
    [Fact]
    public async Task Waits_do_not_pile_up_however_often_a_deadline_passes()
    {
        var silent = new SilentReader();
        var reader = new McuEventReader(silent);

        for (int i = 0; i < 100; i++)
            await reader.ReadUntilAsync(
                Task.Delay(1, TestContext.Current.CancellationToken),
                _ => { },
                TestContext.Current.CancellationToken
            );

        Assert.Equal(1, silent.Waits);
    }

    [Fact]
    public async Task Events_are_read_before_the_deadline_and_an_ended_channel_waits_for_it()
    {
        Channel<CoprocessorEvent> channel = Channel.CreateUnbounded<CoprocessorEvent>();
        var reader = new McuEventReader(channel.Reader);
        var deadline = new TaskCompletionSource();
        var read = new List<CoprocessorEvent>();
        Task reading = reader.ReadUntilAsync(deadline.Task, read.Add, TestContext.Current.CancellationToken);

        channel.Writer.TryWrite(default);
        channel.Writer.TryWrite(default);
        channel.Writer.Complete();
        Assert.False(reading.IsCompleted);
        deadline.SetResult();
        await reading;

        Assert.Equal(2, read.Count);
        await reader.ReadUntilAsync(Task.CompletedTask, read.Add, TestContext.Current.CancellationToken);
    }

    private sealed class SilentReader : ChannelReader<CoprocessorEvent>
    {
        public int Waits { get; private set; }

        public override bool TryRead([MaybeNullWhen(false)] out CoprocessorEvent item)
        {
            item = default;
            return false;
        }

        public override ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken = default)
        {
            Waits++;
            return new ValueTask<bool>(new TaskCompletionSource<bool>().Task);
        }
    }
}
