using System.Threading.Channels;
using RNNPool.Edge.Link.Coprocessor;

namespace RNNPool.Edge.Cli.Mcu;

/// <summary>Reads the events of a coprocessor between two deadlines. At most one wait on the channel is pending at any time.</summary>
internal sealed class McuEventReader(ChannelReader<CoprocessorEvent> events)
{
    private Task<bool>? _wait;

    /// <summary>Reads events until a task has completed.</summary>
    /// <param name="deadline">The task.</param>
    /// <param name="read">Called for each event.</param>
    /// <param name="cancellationToken">Ends the wait for events.</param>
    public async Task ReadUntilAsync(Task deadline, Action<CoprocessorEvent> read, CancellationToken cancellationToken)
    {
        while (true)
        {
            while (events.TryRead(out CoprocessorEvent next))
                read(next);
            if (deadline.IsCompleted)
                return;

            // A wait that has not completed is used again after the deadline, because pending waits would accumulate in the channel.
            _wait ??= events.WaitToReadAsync(cancellationToken).AsTask();
            await Task.WhenAny(deadline, _wait).ConfigureAwait(false);
            if (!_wait.IsCompleted)
                continue;
            bool more = await _wait.ConfigureAwait(false);
            if (more)
                _wait = null;
            else
                await deadline.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
