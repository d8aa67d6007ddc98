using System.Globalization;
using RNNPool.Edge.Diagnostics;
using RNNPool.Edge.Vision.Presence;
using Spectre.Console.Rendering;
using static RNNPool.Edge.Cli.Watch.LineText;

namespace RNNPool.Edge.Cli.Watch;

/// <summary>The view of a device: its state and newest events as lines that fit the terminal.</summary>
internal sealed class WatchView(Uri address, TimeProvider time)
{
    /// <summary>Number of events that are kept.</summary>
    public const int MostEvents = 200;

    private readonly LinkedList<PresenceEvent> _events = new();
    private WatchState? _state;
    private Sample? _sample;
    private WatchUpdate.Lost? _lost;
    private long _lostAt,
        _heardAt = time.GetTimestamp();

    /// <summary>Updates the view.</summary>
    public void Update(WatchUpdate update)
    {
        switch (update)
        {
            case WatchUpdate.StateChanged state:
                _state = state.State;
                _sample = null;
                _heardAt = time.GetTimestamp();
                break;
            case WatchUpdate.Figures figures:
                (_sample, _heardAt) = (figures.Sample, time.GetTimestamp());
                break;
            case WatchUpdate.EventReceived received:
                _events.AddFirst(received.Event);
                if (_events.Count > MostEvents)
                    _events.RemoveLast();
                break;
            case WatchUpdate.Lost lost:
                (_lost, _lostAt) = (lost, time.GetTimestamp());
                break;
            case WatchUpdate.Reconnected:
                _lost = null;
                break;
        }
    }

    /// <summary>The lines.</summary>
    /// <param name="width">Most cells in a line.</param>
    /// <param name="height">Most lines.</param>
    /// <param name="events">Whether events follow the state.</param>
    public IReadOnlyList<IReadOnlyList<Segment>> Lines(int width, int height, bool events = true)
    {
        var lines = new List<IReadOnlyList<Segment>>();
        foreach (List<Segment> line in Head().Concat(_state is null ? [] : new StateLines(_state, _sample).All()).Take(height))
            lines.Add(Cut(line, width));
        if (!events || lines.Count + 2 >= height)
            return lines;
        lines.Add([]);
        lines.Add(Cut([Span(_events.Count > 0 ? "newest events" : "no events yet", Strong)], width));
        foreach (PresenceEvent message in _events.Take(height - lines.Count))
            lines.Add(Cut(Line(message), width));
        return lines;
    }

    private IEnumerable<List<Segment>> Head()
    {
        string version = _state?.Versions?.Device is { } device ? $"  {device}" : "";
        string up =
            _state is null || _lost is not null
                ? ""
                : $"  up {Duration(TimeSpan.FromSeconds(_state.UptimeSeconds) + time.GetElapsedTime(_heardAt))}";
        yield return
        [
            Span(_state?.Device?.Name ?? "rnnpool-edge", Strong),
            Span($"  {address.GetLeftPart(UriPartial.Authority)}{version}{up}", Faint),
        ];
        if (_lost is not null)
        {
            TimeSpan left = _lost.Wait - time.GetElapsedTime(_lostAt);
            string when = left > TimeSpan.Zero ? $"trying again in {Math.Ceiling(left.TotalSeconds):0} s" : "trying again now";
            yield return [Span("lost", Bad), Span($"  {when}: {_lost.Reason}", Plain)];
        }
        else if (_state is null)
        {
            yield return [Span("Listening.", Faint)];
        }
        else if (_state.Detection is { Active: false } detection)
        {
            yield return [Span("paused", Warn), Span($"  {detection.Paused}", Plain)];
        }
        else
        {
            yield return _state.Occupied
                ? [Span("occupied", Here), Span($"  {StateLines.Counts(_state)}", Plain)]
                : [Span("clear", Strong), Span("  no one is present", Plain)];
        }
    }

    private static List<Segment> Line(PresenceEvent message)
    {
        string kind = EventLine.Kind(message);
        string stay = message.EndTime is { } end ? $"  after {Duration(end - message.StartTime)}" : "";
        string zones = message.Zones.Count > 0 ? $"  {string.Join(", ", message.Zones)}" : "";
        string score = message.Score.ToString("0.00", CultureInfo.InvariantCulture);
        return
        [
            Span(message.Time.ToLocalTime().ToString("HH:mm:ss  ", CultureInfo.InvariantCulture), Faint),
            Span(
                $"{kind, -6}",
                kind == "new" ? Good
                    : kind == "end" ? Warn
                    : Plain
            ),
            Span($"  {message.Label, -8}  {score}{stay}{zones}", Plain),
        ];
    }
}
