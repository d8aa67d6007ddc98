using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using MQTTnet.Exceptions;
using RNNPool.Edge.Core;
using RNNPool.Edge.Events;
using RNNPool.Edge.Sinks.Journal;
using RNNPool.Edge.Sinks.Mqtt;
using RNNPool.Edge.Sinks.Mqtt.Connection;
using RNNPool.Edge.Sinks.Outbox;
using RNNPool.Edge.Testing;
using RNNPool.Edge.Tests.Support;
using RNNPool.Edge.Vision.Frames;
using RNNPool.Edge.Vision.Geometry;
using RNNPool.Edge.Vision.Presence;

namespace RNNPool.Edge.Tests.Simulation;

/// <summary>
/// One run of the device's process, from its start to its stop or death: tracker, occupancy, outbox, retained states, publisher and
/// journal, with files of their own. Everything runs on the caller's thread.
/// </summary>
internal sealed class SimulatedRun : IDisposable
{
    public const int FullPages = 6; // of the outbox's file, which then takes a few events

    private readonly StaticLive<DeviceOptions> _device = new(new DeviceOptions());
    private readonly ImagePolicy _images;
    private readonly JumpingTimeProvider _time;
    private readonly SimulatedRecord _record;
    private readonly PresenceTracker _tracker;
    private readonly OccupancyState _occupancy;
    private readonly WorkSignal _work = new();
    private readonly RetainedStates _states;
    private readonly MqttTopics _topics = new("test");
    private readonly MqttPublisher _publisher;
    private readonly JournalStore _journal;
    private readonly List<PresenceEvent> _events = [];
    private FakeMqttClientConnection? _connection;

    public SimulatedRun(string folder, JumpingTimeProvider time, SimulatedRecord record, OutboxOptions options, bool diskIsFull)
    {
        Folder = folder;
        _time = time;
        _record = record;
        _images = new ImagePolicy(_device);
        var presence = new PresenceOptions();
        _tracker = new PresenceTracker(presence, "door", ["person"]);
        _occupancy = new OccupancyState(time, presence);
        _states = new RetainedStates(_work);
        var clock = new ClockTrust(time, () => true);
        var state = new StateFolder(folder, NullLogger<StateFolder>.Instance);
        Outbox = new EventOutbox(
            options,
            MqttFeature.OutboxPlace,
            state,
            _work,
            time,
            clock,
            Log,
            diskIsFull ? FullPages : OutboxFile.DefaultMaxPages
        );
        var messages = new MomentaryMessages(_work, time);
        _publisher = new MqttPublisher(Outbox, _states, messages, _topics, _work, time, NullLogger.Instance);
        _journal = new JournalStore(
            JournalPath,
            new StaticLive<JournalOptions>(new JournalOptions { MaxAge = TimeSpan.FromDays(3650) }),
            _images,
            time,
            clock,
            NullLogger<EventJournal>.Instance
        );
        _journal.TryOpen();
        SetState();
    }

    public string Folder { get; }

    public EventOutbox Outbox { get; }

    public RecordingLogger<EventOutbox> Log { get; } = new();

    public string JournalPath => Path.Combine(Folder, JournalReader.FileName);

    public int Count => _occupancy.Current.Count;

    public bool IsConnected => _connection is { IsLost: false };

    /// <summary>Whether connections broke at the availability, which is then left out until the next connection after an hour.</summary>
    public bool IsAvailabilityLeftOut { get; private set; }

    /// <summary>The payload that the retained state should have.</summary>
    public string State => JsonSerializer.Serialize(_occupancy.Current, EventJson.Default.Occupancy);

    public MqttTopics Topics => _topics;

    public void Frame(ReadOnlySpan<Detection> detections)
    {
        _tracker.Update(new FrameMetadata(FrameTime.Now(_time), 640, 480), detections, _events);
        Deliver();
    }

    public void PassWithoutFrame()
    {
        _tracker.Advance(FrameTime.Now(_time), _events);
        Deliver();
    }

    /// <summary>Ends all presences and closes the files, as a stop does.</summary>
    public void Stop()
    {
        _tracker.EndAll(FrameTime.Now(_time), PresenceEndReason.Stopped, _events);
        Deliver();
        Publish();
        Disconnect();
    }

    /// <summary>Connects and announces the states, as <see cref="MqttLink"/> does.</summary>
    public void Connect(SimulatedBroker broker)
    {
        _connection ??= new FakeMqttClientConnection(broker.Accept(), _time);
        _connection.Restore();
        Guard(async session =>
        {
            await _publisher.PublishStatesAsync(session, removalsOnly: true, CancellationToken.None);
            _states.MarkAll();
            await _publisher.PublishStatesAsync(session, removalsOnly: false, CancellationToken.None);
            IsAvailabilityLeftOut = session.IsSuspended(_topics.Availability);
            await session.PublishAsync(_topics.Availability, "online"u8.ToArray(), retain: true, CancellationToken.None);
        });
    }

    public void Disconnect() => _connection?.Lose();

    /// <summary>Publishes what waits, in the order of the publisher's loop.</summary>
    public void Publish() =>
        Guard(async session =>
        {
            while (
                await _publisher.PublishEventAsync(session, CancellationToken.None)
                | await _publisher.PublishStatesAsync(session, removalsOnly: false, CancellationToken.None)
            ) { }
        });

    public void Dispose()
    {
        Outbox.Dispose();
        _journal.Close();
        _publisher.Dispose();
        _images.Dispose();
        _occupancy.Dispose();
    }

    private void Guard(Func<BrokerSession, Task> use)
    {
        if (_connection is not { IsLost: false } connection)
            return;
        try
        {
            Task done = use(connection.Session);
            Assert.True(done.IsCompleted, "The simulation waits for something that is not simulated.");
            done.GetAwaiter().GetResult();
        }
        catch (MqttCommunicationException)
        {
            connection.Lose();
        }
        catch (PublishRefusedException exception)
        {
            Assert.True(exception.IsFinal, "The simulated broker refuses nothing.");
        }
    }

    private void Deliver()
    {
        foreach (PresenceEvent change in _events)
        {
            _occupancy.Apply(change);
            string json = JsonSerializer.Serialize(change, EventJson.Default.PresenceEvent);
            int number = _record.Add(change, json);
            Outbox.Append(Encoding.UTF8.GetBytes($"{number} {json}"));
            if (Outbox.Status.OnDisk)
                _record.Stored.Add(number);
            if (_journal.TryOpen() && _journal.TryWrite([JournalEntry.From(change)], [], []))
                _record.Written.Add(number);
            SetState();
        }

        _events.Clear();
    }

    // As MqttSink does: the newest occupancy, not that of the event.
    private void SetState() => _states.Set(_topics.State, Encoding.UTF8.GetBytes(State));
}
