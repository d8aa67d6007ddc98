using Microsoft.Extensions.Time.Testing;
using RNNPool.Edge.Cli;
using RNNPool.Edge.Events;
using RNNPool.Edge.Tests.Support;
using RNNPool.Edge.Vision.Presence;

namespace RNNPool.Edge.Tests.Events;

public sealed class OccupancyStateTests : IDisposable
{
    private readonly OccupancyState _state = new(new FakeTimeProvider(Samples.Noon), new PresenceOptions());

    public void Dispose() => _state.Dispose();

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

        state.Apply(Samples.Event(PresenceEventKind.New, "a") with { Zones = ["porch"] });
        state.Apply(Samples.Event(PresenceEventKind.New, "b", "person") with { Zones = ["porch", "street"] });
        Assert.Equal([("porch", 2), ("street", 1)], Zones(state.Current));

        state.Apply(Samples.Event(PresenceEventKind.Update, "a"));
        state.Apply(Samples.Event(PresenceEventKind.End, "b", "person") with { Zones = ["porch", "street"] });
        Assert.Equal([("porch", 0), ("street", 0)], Zones(state.Current));
        Assert.Equal(1, state.Current.Count);
    }

    [Theory]
    [InlineData(true, 0)]
    [InlineData(false, 1)]
    public void What_is_stationary_counts_only_when_it_is_not_ignored(bool ignore, int count)
    {
        OccupancyState state = Zoned(ignore);
        state.Apply(Samples.Event() with { Zones = ["porch"] });

        state.Apply(Samples.Event(PresenceEventKind.Update) with { Zones = ["porch"], Stationary = true });

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
        var raised = new List<Occupancy>();
        state.Changed += raised.Add;

        state.Apply(Samples.Event());
        state.Apply(Samples.Event(PresenceEventKind.Update));
        state.Apply(Samples.Event(PresenceEventKind.Update) with { Zones = ["street"] });
        state.Apply(Samples.Event(PresenceEventKind.End));

        Assert.Equal([(1, 0), (1, 1), (0, 0)], raised.Select(occupancy => (occupancy.Count, occupancy.ZoneCounts["street"])));
        Assert.Same(raised[^1], state.Current);
    }

    [Fact]
    public void Zones_that_are_renamed_while_the_device_runs_replace_the_old_ones()
    {
        var settings = new StaticLive<PresenceOptions>(new PresenceOptions { Zones = [new ZoneOptions { Name = "porch" }] });
        using var state = new OccupancyState(new FakeTimeProvider(Samples.Noon), settings);
        var changes = new List<Occupancy>();
        state.Changed += changes.Add;
        state.Apply(Samples.Event() with { Zones = ["porch"] });

        settings.Current = new PresenceOptions { Zones = [new ZoneOptions { Name = "door" }] };
        Assert.Equal([("door", 0)], Zones(state.Current));
        state.Apply(Samples.Event(PresenceEventKind.End) with { Zones = ["porch"] });
        state.Apply(Samples.Event(id: "b") with { Zones = ["door"] });

        Assert.Equal([("door", 1)], Zones(state.Current));
        Assert.Equal(4, changes.Count);
        Assert.Same(changes[^1], state.Current);
    }

    [Fact]
    public void Stationary_presences_count_as_soon_as_they_are_no_longer_ignored()
    {
        var settings = new StaticLive<PresenceOptions>(new PresenceOptions());
        using var state = new OccupancyState(new FakeTimeProvider(Samples.Noon), settings);
        state.Apply(Samples.Event() with { Stationary = true });
        Assert.False(state.Current.Occupied);

        settings.Current = new PresenceOptions { IgnoreStationary = false };

        Assert.True(state.Current.Occupied);
    }

    private static OccupancyState Zoned(bool ignoreStationary = true) =>
        new(
            new FakeTimeProvider(Samples.Noon),
            new PresenceOptions
            {
                Zones = [new ZoneOptions { Name = "porch" }, new ZoneOptions { Name = "street" }],
                IgnoreStationary = ignoreStationary,
            }
        );

    private static IEnumerable<(string, int)> Zones(Occupancy occupancy) =>
        occupancy.ZoneCounts.Select(pair => (pair.Key, pair.Value)).OrderBy(pair => pair.Key, StringComparer.Ordinal);

    private Occupancy Apply(PresenceEventKind kind, string id, string label = "face") => _state.Apply(Samples.Event(kind, id, label));
}
