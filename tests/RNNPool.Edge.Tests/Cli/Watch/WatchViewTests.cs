using Microsoft.Extensions.Time.Testing;
using RNNPool.Edge.Cli;
using RNNPool.Edge.Cli.Watch;
using RNNPool.Edge.Diagnostics;
using RNNPool.Edge.Events;
using RNNPool.Edge.Tests.Support;
using RNNPool.Edge.Vision.Presence;
using Spectre.Console.Rendering;

namespace RNNPool.Edge.Tests.Cli.Watch;

public sealed class WatchViewTests
{
    private readonly FakeTimeProvider _time = new(Samples.Noon);

    [Fact]
    public void Everything_that_matters_is_on_the_screen()
    {
        WatchView view = View();

        string[] lines = Text(view.Lines(80, 24));

        Assert.Equal("door  http://127.0.0.1:8760  0.1.0  up 1 h 2 min", lines[0]);
        Assert.Equal("occupied  2 face, 1 person", lines[1]);
        Assert.Equal(
            [
                "  zones        porch 2, street 1",
                "  camera       open  640x480, 9.5 fps, v4l2:/dev/video0",
                "  engine       onnx, face-qvga",
                "  coprocessor  ready  netduinoplus2, no model: The model is missing.",
                "  mqtt         lost  The broker refused.",
                "  speed        9.0 fps, 8.5 ms each",
                "  frame age    12.0 s",
                "  temperature  48.3 °C",
                "  health       degraded  The broker is lost.",
            ],
            lines[2..11]
        );
        Assert.Equal(["", "newest events"], lines[11..13]);
        Assert.Matches(@"^\d\d:00:00  end     face      0\.93  after 1 min 30 s  porch$", lines[13]);
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

        Assert.Equal("lost  trying again in 7 s: Nothing answers.", lost[1]);
        Assert.Equal("lost  trying again now: Nothing answers.", now[1]);
        Assert.Equal("  engine       onnx, face-qvga", lost[4]);
        Assert.StartsWith("occupied", Text(view.Lines(80, 24))[1], StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_device_of_another_version_leaves_out_is_left_out()
    {
        var view = new WatchView(new Uri("http://127.0.0.1:8760/"), _time);
        Assert.Equal(["rnnpool-edge  http://127.0.0.1:8760", "Listening."], Text(view.Lines(80, 24, events: false)));

        view.Update(
            new WatchUpdate.StateChanged(
                new WatchState(false, 0, null, null, null, null, null, null, null, 5, null, null, null, null),
                "{}"
            )
        );

        Assert.Equal("clear  no one is present", Text(view.Lines(80, 24))[1]);
    }

    [Fact]
    public void A_pause_is_told_with_its_reason()
    {
        var view = new WatchView(new Uri("http://127.0.0.1:8760/"), _time);
        view.Update(
            new WatchUpdate.StateChanged(
                new WatchState(
                    false,
                    0,
                    null,
                    null,
                    null,
                    null,
                    new WatchDetection(false, "Detection is switched off."),
                    null,
                    null,
                    5,
                    null,
                    null,
                    null,
                    null
                ),
                "{}"
            )
        );

        Assert.Equal("paused  Detection is switched off.", Text(view.Lines(80, 24))[1]);
    }

    [Fact]
    public void Names_cannot_control_the_terminal()
    {
        var view = new WatchView(new Uri("http://127.0.0.1:8760/"), _time);
        view.Update(new WatchUpdate.EventReceived(Event("\u001b]0;owned\u0007"), "{}"));

        Assert.All(Text(view.Lines(80, 24)), line => Assert.DoesNotContain(line, char.IsControl));
    }

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
