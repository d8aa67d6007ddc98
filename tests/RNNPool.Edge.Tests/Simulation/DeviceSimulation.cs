using System.Globalization;
using RNNPool.Edge.Sinks.Journal;
using RNNPool.Edge.Sinks.Mqtt.Connection;
using RNNPool.Edge.Sinks.Outbox;
using RNNPool.Edge.Testing;
using RNNPool.Edge.Tests.Support;
using RNNPool.Edge.Vision.Geometry;
using RNNPool.Edge.Vision.Presence;

namespace RNNPool.Edge.Tests.Simulation;

/// <summary>
/// A schedule of people, frames and faults that follows from its seed alone, in virtual time: cameras that fail, connections that break
/// before and after a message, brokers that lose what they retained, clocks that jump, full disks, stops and deaths of the process.
/// </summary>
internal sealed class DeviceSimulation : IDisposable
{
    private const int Steps = 60;
    private const int Places = 4;

    private static readonly TimeSpan FramePeriod = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan IdlePeriod = TimeSpan.FromMilliseconds(250);

    // A presence is announced after a few frames, and ends after the off-delay and the step of the presence loop.
    private static readonly TimeSpan AnnounceBound = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan EndBound = new PresenceOptions().OffDelay + TimeSpan.FromSeconds(1);

    private readonly Random _random;
    private readonly string _root;
    private readonly JumpingTimeProvider _time = new(Samples.Noon);
    private readonly SimulatedBroker _broker = new();
    private readonly SimulatedRecord _record = new();
    private readonly OutboxOptions _options = new();
    private readonly List<string> _trace = [];
    private readonly bool[] _present = new bool[Places];
    private SimulatedRun _run;
    private long _losses;
    private int _deaths;
    private bool _diskIsFull;
    private bool _diskHasFailed;
    private bool _cameraWorks = true;
    private TimeSpan _emptyFor;
    private TimeSpan _seenFor;

    public DeviceSimulation(int seed, string root)
    {
        _random = new Random(seed);
        _root = root;

        // Half of the schedules have room for all events, so that any missing one is a fault.
        if (_random.Next(2) == 0)
            _options.MaxEvents = 4 + _random.Next(20);
        _run = Start("0");
    }

    /// <summary>What was done, one line a step.</summary>
    public IReadOnlyList<string> Trace => _trace;

    /// <summary>How many events there were.</summary>
    public int EventCount => _record.Events.Count;

    public void Dispose() => _run.Dispose();

    public void Run()
    {
        for (int step = 0; step < Steps; step++)
        {
            Step();
            _run.Publish();
            Check();
        }

        EndFaults();
        CheckEvents();
    }

    private void Step()
    {
        switch (_random.Next(16))
        {
            case 0 or 1 or 2:
                int place = _random.Next(Places);
                _present[place] = !_present[place];
                Note($"place {place} is {(_present[place] ? "taken" : "free")}");
                goto default;
            case 3:
                _cameraWorks = !_cameraWorks;
                Note($"the camera {(_cameraWorks ? "works" : "fails")}");
                Pass(_random.Next(1, 60));
                break;
            case 4 or 5:
                Note("connect");
                _run.Connect(_broker);
                break;
            case 6:
                Note("disconnect");
                _run.Disconnect();
                break;
            case 7 or 8:
                SimulatedBroker.Breaks breaks = (SimulatedBroker.Breaks)_random.Next(1, 3);
                Note($"the connection will break {breaks}");
                _broker.BreakNext(breaks);
                break;
            case 9:
                Note("the broker restarts and loses what it retained");
                _run.Disconnect();
                _broker.Retained.Clear();
                break;
            case 10:
                int minutes = _random.Next(-100_000, 100_000);
                Note($"the clock jumps by {minutes} min");
                _time.Jump(TimeSpan.FromMinutes(minutes));
                PassTime(EventOutbox.ClockInterval);
                break;
            case 11:
                _diskIsFull = !_diskIsFull;
                Note($"from the next start on, the disk is {(_diskIsFull ? "full" : "well")}");
                break;
            case 12:
                Restart(kill: true);
                break;
            case 13:
                Restart(kill: false);
                break;
            case 14:
                Note("an hour passes");
                PassTime(TimeSpan.FromMinutes(_random.Next(1, 90)));
                break;
            default:
                Pass(_random.Next(1, 60));
                break;
        }
    }

    /// <summary>Frames, or the time of as many frames without any.</summary>
    private void Pass(int frames)
    {
        Note($"{frames} frames, {_present.Count(taken => taken)} people");
        for (int i = 0; i < frames; i++)
        {
            if (_cameraWorks)
                ShowFrame();
            else
                PassTime(FramePeriod);
            CheckOccupancy();
        }
    }

    private void ShowFrame()
    {
        _time.Advance(FramePeriod);
        var detections = new List<Detection>();
        for (int place = 0; place < Places; place++)
        {
            if (_present[place])
                detections.Add(new Detection(0, 0.9f, new BoundingBox(20 + (place * 150), 100 + _random.Next(8), 80, 200)));
        }

        bool any = detections.Count > 0;
        _emptyFor = any ? TimeSpan.Zero : _emptyFor + FramePeriod;
        _seenFor = any ? _seenFor + FramePeriod : TimeSpan.Zero;
        _run.Frame(detections.ToArray());
    }

    private void PassTime(TimeSpan time)
    {
        _seenFor = TimeSpan.Zero;
        while (time > TimeSpan.Zero)
        {
            TimeSpan part =
                time > TimeSpan.FromMinutes(1) ? TimeSpan.FromMinutes(1)
                : time < IdlePeriod ? time
                : IdlePeriod;
            _time.Advance(part);
            time -= part;
            _emptyFor += part;
            _run.PassWithoutFrame();
        }
    }

    private void Restart(bool kill)
    {
        Note(kill ? "the process dies" : "the device stops and starts");
        string folder = Path.Combine(_root, (++_deaths).ToString(CultureInfo.InvariantCulture));
        if (!kill)
            _run.Stop();
        CollectLosses();
        SimulatedRun old = _run;
        if (kill)
            Copy(old.Folder, folder);
        old.Dispose();
        if (!kill)
            Directory.Move(old.Folder, folder);
        _run = Start(folder);
        (_emptyFor, _seenFor) = (TimeSpan.Zero, TimeSpan.Zero);
        if (_random.Next(3) > 0)
            _run.Connect(_broker);
    }

    private SimulatedRun Start(string folder) => new(Path.Combine(_root, folder), _time, _record, _options, _diskIsFull);

    // The bytes that the operating system has of a process that dies at this moment.
    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (string file in Directory.GetFiles(from))
        {
            if (!file.EndsWith("-shm", StringComparison.Ordinal))
                File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        }
    }

    private void CollectLosses()
    {
        OutboxStatus status = _run.Outbox.Status;
        _losses += status.Dropped;
        Assert.Empty(_run.Log.WithId(1323));

        // No schedule lasts as long as an event may wait.
        Assert.Equal(0, status.Expired);

        // Events that are in memory only are lost with the process; the status and the log say so.
        if (status.OnDisk)
            return;
        Assert.NotNull(status.Failure);
        _losses += status.Queued;
        _diskHasFailed = true;
    }

    private void Check()
    {
        Assert.True(_run.Outbox.Status.Queued <= _options.MaxEvents, "the outbox is bounded");
        CheckOccupancy();
    }

    private void CheckOccupancy()
    {
        if (_emptyFor > EndBound)
            Assert.True(_run.Count == 0, $"{_run.Count} people are reported after {_emptyFor} without one");
        if (_seenFor > AnnounceBound)
            Assert.True(_run.Count > 0, $"no one is reported after {_seenFor} with someone");
    }

    /// <summary>Everything works again; the truth arrives within the bounds.</summary>
    private void EndFaults()
    {
        Note("the faults end");
        (_diskIsFull, _cameraWorks) = (false, true);
        _broker.BreakNext(SimulatedBroker.Breaks.Never);
        Pass(50);
        _run.Connect(_broker);
        _run.Publish();

        // A topic at which connections broke is left out for an hour.
        PassTime(TopicSuspension.Duration);
        Pass(50);
        _run.Publish();
        Assert.Equal(_present.Count(taken => taken), _run.Count);
        Assert.Null(_run.Outbox.Peek());
        Assert.Equal(_run.State, _broker.Retained.GetValueOrDefault(_run.Topics.State));
        if (!_run.IsAvailabilityLeftOut)
            Assert.Equal("online", _broker.Retained.GetValueOrDefault(_run.Topics.Availability));
        CollectLosses();
    }

    private void CheckEvents()
    {
        int[] delivered = [.. _broker.Events.Select(text => int.Parse(text.Split(' ')[0], CultureInfo.InvariantCulture))];
        int[] first = [.. delivered.Distinct()];

        // A file that could not be written still holds events that were published, or dropped, from memory.
        Assert.True(_diskHasFailed || first.SequenceEqual(first.Order()), "events arrive in their order");
        foreach (string text in _broker.Events)
        {
            string[] parts = text.Split(' ', 2);
            Assert.Equal(_record.Events[int.Parse(parts[0], CultureInfo.InvariantCulture)], parts[1]);
        }

        int again = delivered.Length - first.Length;
        Assert.True(_diskHasFailed || again <= _broker.LostAcknowledgements + _deaths, $"{again} events arrive again without a reason");
        int missing = _record.Events.Count - first.Length;
        Assert.True(missing <= _losses, $"{missing} of {_record.Events.Count} events are missing, and {_losses} are reported as lost");
        int[] unaccounted = _options.MaxEvents == new OutboxOptions().MaxEvents && _losses == 0 ? [.. _record.Stored.Except(first)] : [];
        Assert.Empty(unaccounted);
        string[] written = [.. JournalReader.Read(_run.JournalPath, new JournalQuery(100_000)).Select(entry => entry.Json)];
        Assert.Empty(_record.Written.Select(number => _record.Events[number]).Except(written));
    }

    private void Note(string text) => _trace.Add($"{_trace.Count, 3} {text}");
}
