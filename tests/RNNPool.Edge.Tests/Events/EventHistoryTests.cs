using Microsoft.Extensions.Options;
using RNNPool.Edge.Cli;
using RNNPool.Edge.Events;
using RNNPool.Edge.Tests.Support;

namespace RNNPool.Edge.Tests.Events;

public sealed class EventHistoryTests
{
    private readonly EventHistory _history = new(Options.Create(new EventOptions { History = 3 }));

    [Fact]
    public void Starts_empty() => Assert.Empty(_history.Newest(10));

    [Fact]
    public void Newest_come_first_and_the_oldest_make_room()
    {
        foreach (string id in new[] { "a", "b", "c", "d", "e" })
            _history.Add(Samples.Event(id: id));

        Assert.Equal(["e", "d", "c"], _history.Newest(10).Select(message => message.Id));
        Assert.Equal(["e"], _history.Newest(1).Select(message => message.Id));
        Assert.Equal(5, _history.Total);
    }
}
