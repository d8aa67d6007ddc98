using System.Globalization;
using RNNPool.Edge.Diagnostics;
using RNNPool.Edge.Vision.Presence;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace RNNPool.Edge.Cli.Watch;

/// <summary>The view of a device: its state and newest events as lines that fit the terminal.</summary>
internal sealed class WatchView(Uri address, TimeProvider time)
{
    /// <summary>Number of events that are kept.</summary>
    public const int MostEvents = 200;

    private const int LabelWidth = 13;

    /// <summary>Age in milliseconds from which a frame is highlighted.</summary>
    private const double OldFrame = 5000;

    private static readonly Style Plain = Style.Plain,
        Faint = new(decoration: Decoration.Dim),
        Good = new(Color.Green),
        Warn = new(Color.Yellow),
        Bad = new(Color.Red);
    private static readonly Style Here = new(Color.Green, decoration: Decoration.Bold),
        Strong = new(decoration: Decoration.Bold);

    private readonly LinkedList<PresenceEvent> _events = new();
    private WatchState? _state;
    private Sample? _sample;
    private WatchNews.Lost? _lost;
    private long _lostAt,
        _heardAt = time.GetTimestamp();

    /// <summary>Updates the view.</summary>
    public void Update(WatchNews news)
    {
        switch (news)
        {
            case WatchNews.StateIs state:
                (_state, _sample, _heardAt) = (state.State, null, time.GetTimestamp());
                break;
            case WatchNews.Figures figures:
                (_sample, _heardAt) = (figures.Sample, time.GetTimestamp());
                break;
            case WatchNews.Happened happened:
                _events.AddFirst(happened.Event);
                if (_events.Count > MostEvents)
                    _events.RemoveLast();
                break;
            case WatchNews.Lost lost:
                (_lost, _lostAt) = (lost, time.GetTimestamp());
                break;
            case WatchNews.Back:
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
        foreach (List<Segment> line in Head().Concat(Parts()).Take(height))
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
                ? [Span("occupied", Here), Span($"  {Counts(_state)}", Plain)]
                : [Span("nobody", Strong), Span("  is here", Plain)];
        }
    }

    private IEnumerable<List<Segment>> Parts()
    {
        if (_state is null)
            yield break;
        if (_state.ZoneCounts is { Count: > 0 } zones)
            yield return Part(
                "zones",
                Span(
                    string.Join(", ", zones.OrderBy(zone => zone.Key, StringComparer.Ordinal).Select(zone => $"{zone.Key} {zone.Value}")),
                    Plain
                )
            );
        WatchCamera? camera = _state.Camera;
        if (camera is not null)
        {
            bool open = camera.State == "open";
            string size = camera.Width > 0 ? $"{camera.Width}x{camera.Height}, " : "";
            yield return Part(
                "camera",
                Span(
                    camera.State ?? "?",
                    open ? Good
                        : camera.State == "ended" ? Plain
                        : Bad
                ),
                Span(
                    camera.Failure is { } failure
                        ? $"  {failure}"
                        : $"  {size}{Number(_sample?.CaptureFps ?? camera.Fps)} fps, {camera.Source}",
                    Plain
                )
            );
        }

        if (_state.Engine is { } engine)
            yield return Part("engine", Span($"{engine.Name}, {engine.Model}", Plain));
        if (_state.Coprocessor is { } coprocessor)
            yield return Part("coprocessor", [.. Coprocessor(coprocessor)]);
        if (_state.Mqtt is { } mqtt)
            yield return Part(
                "mqtt",
                Span(mqtt.Connected ? "connected" : "lost", mqtt.Connected ? Good : Bad),
                Span(
                    mqtt.Connected || mqtt.LastError is null ? $"  {mqtt.Broker}{(mqtt.Tls ? ", TLS" : "")}" : $"  {mqtt.LastError}",
                    Plain
                )
            );
        else
            yield return Part("mqtt", Span("off", Faint));
        foreach (List<Segment> figure in Figures())
            yield return figure;
        if (_state.Health is not { } health)
            yield break;
        Style style = health.State switch
        {
            "good" => Good,
            "failed" => Bad,
            "degraded" => Warn,
            _ => Plain,
        };
        string? reason =
            health.Reasons is { Count: > 0 } reasons ? reasons[0]
            : health.Degradations is { Count: > 0 } less ? less[0]
            : null;
        yield return Part("health", Span(health.State ?? "?", style), Span(reason is null ? "" : $"  {reason}", Plain));
    }

    private static IEnumerable<Segment> Coprocessor(WatchCoprocessor coprocessor)
    {
        yield return Span(coprocessor.InUse ? "in use" : coprocessor.Link ?? "?", coprocessor.InUse ? Good : Warn);
        string board = coprocessor.Device is { } device ? $"  {device.Board}, {device.Model ?? "no model"}" : $"  {coprocessor.Endpoint}";
        string more =
            coprocessor.UploadPercent is { } percent ? $", uploading {percent} %"
            : coprocessor.InUse ? ""
            : (coprocessor.Obstacle ?? coprocessor.LastError) is { } why ? $": {why}"
            : "";
        yield return Span(board + more, Plain);
    }

    private IEnumerable<List<Segment>> Figures()
    {
        double fps = _sample?.Fps ?? _state!.Engine?.Fps ?? 0,
            age = _sample?.FrameAgeMs ?? _state!.Camera?.FrameAgeMs ?? 0;
        double? inference = _sample?.InferenceMs ?? _state!.Engine?.InferenceMs;
        yield return Part("speed", Span($"{Number(fps)} fps, {(inference is { } ms ? $"{Number(ms)} ms each" : "no frame yet")}", Plain));
        yield return Part(
            "frame age",
            Span(
                age < 1000 ? $"{age.ToString("0", CultureInfo.InvariantCulture)} ms" : $"{Number(age / 1000)} s",
                age < OldFrame ? Plain : Bad
            )
        );
        if ((_sample?.TemperatureC ?? _state!.TemperatureC) is { } temperature)
            yield return Part("temperature", Span($"{Number(temperature)} °C", Plain));
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

    private static string Counts(WatchState state)
    {
        string parts = state.Counts is { Count: > 0 } counts
            ? string.Join(
                ", ",
                counts
                    .Where(count => count.Value > 0)
                    .OrderBy(count => count.Key, StringComparer.Ordinal)
                    .Select(count => $"{count.Value} {count.Key}")
            )
            : "";
        return parts.Length > 0 ? parts : state.Count.ToString(CultureInfo.InvariantCulture);
    }

    private static List<Segment> Part(string label, params Segment[] rest) =>
        [Span(("  " + label).PadRight(2 + LabelWidth), Faint), .. rest];

    private static Segment Span(string text, Style style) => new(string.Concat(text.Select(c => char.IsControl(c) ? '?' : c)), style);

    private static string Number(double value) => value.ToString("0.0", CultureInfo.InvariantCulture);

    internal static string Duration(TimeSpan span) =>
        span switch
        {
            { TotalSeconds: < 60 } => $"{Math.Max(0, (int)span.TotalSeconds)} s",
            { TotalMinutes: < 60 } => $"{span.Minutes} min {span.Seconds} s",
            { TotalHours: < 24 } => $"{span.Hours} h {span.Minutes} min",
            _ => $"{(int)span.TotalDays} d {span.Hours} h",
        };

    /// <summary>The text, shortened with an ellipsis if it does not fit.</summary>
    private static List<Segment> Cut(List<Segment> line, int width)
    {
        if (line.Sum(segment => segment.CellCount()) <= width)
            return line;
        var cut = new List<Segment>();
        int left = width - 1;
        foreach (Segment segment in line)
        {
            if (segment.CellCount() <= left)
            {
                cut.Add(segment);
                left -= segment.CellCount();
                continue;
            }

            if (left > 0 && Segment.Truncate(segment, left) is { } part)
                cut.Add(part);
            break;
        }

        if (width > 0)
            cut.Add(new Segment("…", Faint));
        return cut;
    }
}
