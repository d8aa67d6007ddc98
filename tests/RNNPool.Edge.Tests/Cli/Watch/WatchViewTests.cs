using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Time.Testing;
using RNNPool.Edge.Cli;
using RNNPool.Edge.Cli.Watch;
using RNNPool.Edge.Diagnostics;
using RNNPool.Edge.Events;
using RNNPool.Edge.Testing;
using RNNPool.Edge.Tests.Support;
using RNNPool.Edge.Tests.Texts;
using RNNPool.Edge.Vision.Presence;
using Spectre.Console.Rendering;

namespace RNNPool.Edge.Tests.Cli.Watch;

public sealed partial class WatchViewTests
{
    private readonly FakeTimeProvider _time = new(Samples.Noon);

    [Fact]
    public void Everything_that_matters_is_on_the_screen()
    {
        WatchView view = View();

        string[] lines = Text(view.Lines(80, 24));

        Sentence.AssertNames(lines[0], "door|http://127.0.0.1:8760|0.1.0");
        Sentence.AssertNames(lines[1], "2 face, 1 person");
        string[] values =
        [
            "porch 2, street 1",
            "640x480",
            "face-qvga",
            "netduinoplus2",
            "The broker refused.",
            "8.5 ms",
            "12.0 s",
            "48.3 °C",
            "degraded",
        ];
        Assert.All(values.Zip(lines[2..11]), pair => Assert.Contains(pair.First, pair.Second, StringComparison.Ordinal));
        Sentence.AssertNames(lines[13], "end|face|0.93|porch");
    }

    [Fact]
    public void The_view_is_that_of_the_snapshot()
    {
        WatchView view = View();
        var text = new StringBuilder();
        Append(view);
        view.Update(new WatchUpdate.Lost("Nothing answers.", TimeSpan.FromSeconds(10)));
        _time.Advance(TimeSpan.FromSeconds(3));
        Append(view);
        _time.Advance(TimeSpan.FromSeconds(8));
        Append(view);
        Append(Paused());
        var empty = new WatchView(new Uri("http://127.0.0.1:8760/"), _time);
        Append(empty);
        empty.Update(new WatchUpdate.StateChanged(Minimal(null), "{}"));
        Append(empty);

        TextSnapshot.AssertMatches("watch.txt", text.ToString());

        void Append(WatchView shown)
        {
            foreach (string line in Text(shown.Lines(80, 24)))
                text.Append(LocalHour().Replace(line, "HH:").TrimEnd()).Append('\n');
            text.Append("----\n");
        }
    }

    [Theory]
    [InlineData(80, 24)]
    [InlineData(50, 20)]
    [InlineData(20, 8)]
    [InlineData(1, 1)]
    public void No_line_is_wider_than_the_terminal_and_there_are_not_more_than_fit(int width, int height)
    {
        WatchView view = View();
        for (int i = 0; i < 100; i++)
            view.Update(new WatchUpdate.EventReceived(Event("宅配ボックス 📦 by the door"), "{}"));

        IReadOnlyList<IReadOnlyList<Segment>> lines = view.Lines(width, height);

        Assert.InRange(lines.Count, 1, height);
        Assert.All(lines, line => Assert.InRange(line.Sum(segment => segment.CellCount()), 0, width));
        if (width == 50)
            Assert.Contains(Text(lines), line => line.EndsWith('…'));
    }

    [Fact]
    public void A_lost_device_is_told_with_the_time_until_the_next_try_and_its_last_state_stays()
    {
        WatchView view = View();
        view.Update(new WatchUpdate.Lost("Nothing answers.", TimeSpan.FromSeconds(10)));
        _time.Advance(TimeSpan.FromSeconds(3));

        string[] lost = Text(view.Lines(80, 24));
        _time.Advance(TimeSpan.FromSeconds(8));
        string[] now = Text(view.Lines(80, 24));
        view.Update(new WatchUpdate.Reconnected());

        Sentence.AssertNames(lost[1], "lost|7 s|Nothing answers.");
        Sentence.AssertNames(now[1], "lost|Nothing answers.");
        Assert.DoesNotContain(" s:", now[1], StringComparison.Ordinal);
        Sentence.AssertNames(lost[4], "onnx|face-qvga");
        Assert.StartsWith("occupied", Text(view.Lines(80, 24))[1], StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_device_of_another_version_leaves_out_is_left_out()
    {
        var view = new WatchView(new Uri("http://127.0.0.1:8760/"), _time);
        Sentence.AssertNames(Text(view.Lines(80, 24, events: false))[0], "http://127.0.0.1:8760");

        view.Update(new WatchUpdate.StateChanged(Minimal(null), "{}"));

        Assert.StartsWith("clear", Text(view.Lines(80, 24))[1], StringComparison.Ordinal);
    }

    [Fact]
    public void A_pause_is_told_with_its_reason() =>
        Sentence.AssertNames(Text(Paused().Lines(80, 24))[1], "paused|Detection is switched off.");

    [Fact]
    public void Names_cannot_control_the_terminal()
    {
        var view = new WatchView(new Uri("http://127.0.0.1:8760/"), _time);
        view.Update(new WatchUpdate.EventReceived(Event("\u001b]0;owned\u0007"), "{}"));

        Assert.All(Text(view.Lines(80, 24)), line => Assert.DoesNotContain(line, char.IsControl));
    }

    private WatchView Paused()
    {
        var view = new WatchView(new Uri("http://127.0.0.1:8760/"), _time);
        view.Update(new WatchUpdate.StateChanged(Minimal(new WatchDetection(false, "Detection is switched off.")), "{}"));
        return view;
    }

    /// <summary>The state of a device of another version, which leaves almost everything out.</summary>
    private static WatchState Minimal(WatchDetection? detection) =>
        new(false, 0, null, null, null, null, detection, null, null, 5, null, null, null, null);

    [GeneratedRegex(@"^\d\d:(?=\d\d:\d\d )")]
    private static partial Regex LocalHour();

    private WatchView View()
    {
        var view = new WatchView(new Uri("http://127.0.0.1:8760/"), _time);
        view.Update(
            new WatchUpdate.StateChanged(
                new WatchState(
                    true,
                    3,
                    new Dictionary<string, int>
                    {
                        ["person"] = 1,
                        ["face"] = 2,
                        ["cat"] = 0,
                    },
                    new Dictionary<string, int> { ["street"] = 1, ["porch"] = 2 },
                    new WatchCamera("v4l2:/dev/video0", "open", null, 640, 480, 10, 100),
                    new WatchEngine("onnx", "face-qvga", 10, 8),
                    new WatchDetection(true, null),
                    new WatchCoprocessor(
                        "tcp://127.0.0.1:1",
                        "ready",
                        false,
                        "The model is missing.",
                        null,
                        null,
                        new WatchBoard("netduinoplus2", null)
                    ),
                    new WatchMqtt("broker:1883", false, false, "The broker refused."),
                    3700,
                    new WatchVersions("0.1.0"),
                    new WatchDevice("door"),
                    new WatchHealth("degraded", [], ["The broker is lost."]),
                    40
                ),
                "{}"
            )
        );
        view.Update(new WatchUpdate.Figures(new Sample(Samples.Noon.UtcDateTime, 9, 9.5f, 8.5f, 12_000, null, 48.3f)));
        view.Update(new WatchUpdate.EventReceived(Event("porch"), "{}"));
        _time.Advance(TimeSpan.FromSeconds(30));
        return view;
    }

    private static PresenceEvent Event(string zone) =>
        new()
        {
            Type = PresenceEventKind.End,
            Id = "1",
            Time = Samples.Noon.UtcDateTime,
            StartTime = Samples.Noon.UtcDateTime.AddSeconds(-90),
            EndTime = Samples.Noon.UtcDateTime,
            Camera = "door",
            Label = "face",
            Score = 0.93,
            TopScore = 0.95,
            Box = new EventBox(1, 2, 3, 4),
            BoxFraction = new EventBox(0.1, 0.2, 0.3, 0.4),
            Frame = new FrameSize(640, 480),
            Zones = [zone],
            Count = 0,
        };

    private static string[] Text(IReadOnlyList<IReadOnlyList<Segment>> lines) =>
        [.. lines.Select(line => string.Concat(line.Select(segment => segment.Text)))];
}
