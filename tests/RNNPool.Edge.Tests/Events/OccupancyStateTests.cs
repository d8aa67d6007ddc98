using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using RNNPool.Edge.Cli;
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

    [Fact]
    public void Zones_are_counted_apart_and_all_of_them_are_there_from_the_start()
    {
        OccupancyState state = Zoned();
        Assert.Equal([("porch", 0), ("street", 0)], Zones(state.Current));

        state.Apply(EventMessage.From(Samples.Event(PresenceEventKind.New, "a") with { Zones = ["porch"] }));
        state.Apply(EventMessage.From(Samples.Event(PresenceEventKind.New, "b", "person") with { Zones = ["porch", "street"] }));
        Assert.Equal([("porch", 2), ("street", 1)], Zones(state.Current));

        state.Apply(EventMessage.From(Samples.Event(PresenceEventKind.Update, "a")));
        state.Apply(EventMessage.From(Samples.Event(PresenceEventKind.End, "b", "person") with { Zones = ["porch", "street"] }));
        Assert.Equal([("porch", 0), ("street", 0)], Zones(state.Current));
        Assert.Equal(1, state.Current.Count);
    }

    [Theory]
    [InlineData(true, 0)]
    [InlineData(false, 1)]
    public void What_is_stationary_counts_only_when_it_is_not_ignored(bool ignore, int count)
    {
        OccupancyState state = Zoned(ignore);
        state.Apply(EventMessage.From(Samples.Event() with { Zones = ["porch"] }));

        state.Apply(EventMessage.From(Samples.Event(PresenceEventKind.Update) with { Zones = ["porch"], Stationary = true }));

        Assert.Equal(
            (count > 0, count, count, count),
            (state.Current.Occupied, state.Current.Count, state.Current.Counts["face"], state.Current.ZoneCounts["porch"])
        );
        Assert.True(Assert.Single(state.Presences()).Stationary);
    }

    [Fact]
    public void Every_change_is_told_once_and_in_order()
    {
        OccupancyState state = Zoned();
        var told = new List<Occupancy>();
        state.Changed += told.Add;

        state.Apply(EventMessage.From(Samples.Event()));
        state.Apply(EventMessage.From(Samples.Event(PresenceEventKind.Update)));
        state.Apply(EventMessage.From(Samples.Event(PresenceEventKind.Update) with { Zones = ["street"] }));
        state.Apply(EventMessage.From(Samples.Event(PresenceEventKind.End)));

        Assert.Equal([(1, 0), (1, 1), (0, 0)], told.Select(occupancy => (occupancy.Count, occupancy.ZoneCounts["street"])));
        Assert.Same(told[^1], state.Current);
    }

    private static OccupancyState Zoned(bool ignoreStationary = true) =>
        new(
            new FakeTimeProvider(Samples.Noon),
            Options.Create(
                new PresenceOptions
                {
                    Zones = [new ZoneOptions { Name = "porch" }, new ZoneOptions { Name = "street" }],
                    IgnoreStationary = ignoreStationary,
                }
            )
        );

    private static IEnumerable<(string, int)> Zones(Occupancy occupancy) =>
        occupancy.ZoneCounts.Select(pair => (pair.Key, pair.Value)).OrderBy(pair => pair.Key, StringComparer.Ordinal);

    private Occupancy Apply(PresenceEventKind kind, string id, string label = "face") =>
        _state.Apply(EventMessage.From(Samples.Event(kind, id, label))).Occupancy;
}
