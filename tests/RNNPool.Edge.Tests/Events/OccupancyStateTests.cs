using Microsoft.Extensions.Time.Testing;
using RNNPool.Edge.Events;
using RNNPool.Edge.Tests.Support;
using RNNPool.Edge.Vision.Presence;

namespace RNNPool.Edge.Tests.Events;

public sealed class OccupancyStateTests
{
    private readonly OccupancyState _state = new(new FakeTimeProvider(Samples.Noon));

    [Fact]
    public void Occupied_from_the_first_new_to_the_last_end()
    {
        Assert.True(Apply(PresenceEventKind.New, "a").Occupied);
        Assert.Equal(2, Apply(PresenceEventKind.New, "b").Count);
        Assert.Equal(1, Apply(PresenceEventKind.End, "a").Count);
        Assert.True(_state.Current.Occupied);
        Assert.False(Apply(PresenceEventKind.End, "b").Occupied);
        Assert.Empty(_state.Presences());
    }

    [Fact]
    public void Labels_are_counted_apart_and_stay_known()
    {
        Apply(PresenceEventKind.New, "a", "face");
        Apply(PresenceEventKind.New, "b", "person");
        Occupancy after = Apply(PresenceEventKind.End, "a", "face");

        Assert.Equal(0, after.Counts["face"]);
        Assert.Equal(1, after.Counts["person"]);
        Assert.Equal(1, after.Count);
    }

    [Fact]
    public void An_update_changes_the_presence_but_not_the_occupancy()
    {
        Occupancy before = Apply(PresenceEventKind.New, "a");
        Occupancy after = Apply(PresenceEventKind.Update, "a");

        Assert.Same(before, after);
        Assert.Equal(PresenceEventKind.Update, Assert.Single(_state.Presences()).Type);
    }

    [Fact]
    public void An_end_of_something_unknown_changes_no_count()
    {
        Assert.Equal(0, Apply(PresenceEventKind.End, "x").Count);
    }

    private Occupancy Apply(PresenceEventKind kind, string id, string label = "face") => _state.Apply(EventMessage.From(Samples.Event(kind, id, label))).Occupancy;
}
