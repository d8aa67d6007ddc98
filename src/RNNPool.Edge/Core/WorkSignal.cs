using System.Threading.Channels;

namespace RNNPool.Edge.Core;

/// <summary>Wakes the publishing loop. Several calls of <see cref="Set"/> before a wait count as one. Thread-safe.</summary>
internal sealed class WorkSignal
{
    private readonly Channel<bool> _channel = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true }
    );

    public void Set() => _channel.Writer.TryWrite(true);

    /// <summary>Waits until it is set, and resets it. One caller at a time.</summary>
    public async ValueTask WaitAsync(CancellationToken cancellationToken) =>
        await _channel.Reader.ReadAsync(cancellationToken).ConfigureAwait(false);
}
