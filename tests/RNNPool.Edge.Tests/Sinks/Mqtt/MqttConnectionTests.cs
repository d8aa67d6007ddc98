using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using MQTTnet;
using RNNPool.Edge.Core;
using RNNPool.Edge.Sinks.Mqtt;
using RNNPool.Edge.Sinks.Mqtt.Connection;
using RNNPool.Edge.Tests.Support;

namespace RNNPool.Edge.Tests.Sinks.Mqtt;

/// <summary>Delays between attempts, in virtual time and without a network.</summary>
public sealed class MqttConnectionTests : IAsyncDisposable
{
    private readonly FakeTimeProvider _time = new(Samples.Noon);
    private readonly FakeMqttClient _client = new();
    private readonly RecordingLogger<MqttConnection> _log = new();
    private readonly MqttConnection _connection;
    private readonly LoopSupervisor _supervisor;

    public MqttConnectionTests()
    {
        _supervisor = new LoopSupervisor(_time, NullLogger<LoopSupervisor>.Instance);
        _connection = new MqttConnection(
            new MqttOptions { Host = "broker" },
            "door-1",
            new MqttTopics("test"),
            new Silent(),
            _supervisor,
            _time,
            _log,
            _client,
            new Random(7)
        );
    }

    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    [Fact]
    public async Task Delays_double_up_to_the_longest_with_a_quarter_of_jitter()
    {
        _client.Refusal = new SocketException((int)SocketError.ConnectionRefused);
        _connection.Start();
        for (int attempt = 1; attempt <= 9; attempt++)
        {
            await Wait.UntilAsync(() => _client.Attempts == attempt && _log.Warnings.Count == attempt, $"attempt {attempt}");
            Assert.InRange(Delay(attempt), Math.Min(60, Math.Pow(2, attempt - 1)) * 0.74, Math.Min(60, Math.Pow(2, attempt - 1)) * 1.26);
            await PassesAsync(attempt);
        }

        Assert.All(_log.Events, id => Assert.Equal(1301, id));
        Assert.Equal("broker:1883", _log.Logged[0].Values["Broker"]);
    }

    [Fact]
    public async Task A_loop_that_throws_is_shown_in_health_and_restarts()
    {
        _client.Refusal = new SocketException((int)SocketError.ConnectionRefused);
        _log.ThrowAt(1301);
        _connection.Start();
        await Wait.UntilAsync(() => _supervisor.Degradation is not null, "the fault");
        Assert.Contains(MqttConnection.LoopName, _supervisor.Degradation, StringComparison.Ordinal);

        _client.Refusal = null;
        await Wait.AdvanceUntilAsync(_time, TimeSpan.FromSeconds(0.25), () => _connection.Status.Connected, "connected");

        Assert.Null(_supervisor.Degradation);
        Assert.Equal(1, _supervisor.Restarts);
    }

    [Fact]
    public async Task A_connection_that_lasted_starts_again_from_the_first_delay()
    {
        _client.Refusal = new SocketException((int)SocketError.ConnectionRefused);
        _connection.Start();
        await Wait.UntilAsync(() => _log.Warnings.Count == 1, "the first attempt");
        await Wait.AdvanceUntilAsync(_time, TimeSpan.FromSeconds(0.5), () => _client.Attempts == 5, "five attempts");
        _client.Refusal = null;
        await Wait.AdvanceUntilAsync(_time, TimeSpan.FromSeconds(0.5), () => _connection.Status.Connected, "connected");

        _time.Advance(TimeSpan.FromSeconds(11));
        int warnings = _log.Warnings.Count;
        await _client.EndAsync(MqttClientDisconnectReason.ServerShuttingDown);
        await Wait.UntilAsync(() => _log.Warnings.Count > warnings, "the end is logged");

        Assert.InRange(Delay(_log.Warnings.Count), 0.74, 1.26);
    }

    [Fact]
    public async Task A_stolen_client_id_is_told_and_is_not_fought_over()
    {
        _connection.Start();
        double[] expected = [60, 120, 240, 480, 600, 600];
        for (int theft = 1; theft <= 6; theft++)
        {
            await Wait.UntilAsync(() => _connection.Status.Connected, "connected");
            _time.Advance(TimeSpan.FromSeconds(30));
            await _client.EndAsync(MqttClientDisconnectReason.SessionTakenOver);
            await Wait.UntilAsync(() => _connection.Status.Takeovers == theft && _log.Warnings.Count == theft, "the takeover is logged");
            Assert.InRange(Delay(theft), expected[theft - 1] * 0.74, expected[theft - 1] * 1.26);
            await PassesAsync(theft);
        }

        LoggedEvent last = _log.WithId(1303)[5];
        Assert.Equal(("door-1", "broker:1883", 6), (last.Values["ClientId"], last.Values["Broker"], last.Values["Times"]));
    }

    [Fact]
    public async Task A_broker_that_closes_silently_again_and_again_is_suspected_of_having_two_clients_with_one_id()
    {
        _connection.Start();
        for (int close = 1; close <= 3; close++)
        {
            await Wait.AdvanceUntilAsync(_time, TimeSpan.FromSeconds(0.5), () => _connection.Status.Connected, "connected");
            _time.Advance(TimeSpan.FromSeconds(30));
            await _client.EndAsync(MqttClientDisconnectReason.NormalDisconnection);
            await Wait.UntilAsync(() => _log.Warnings.Count == close, "the end is logged");
        }

        Assert.Equal(1, _connection.Status.Takeovers);
        Assert.DoesNotContain("Mqtt:ClientId", _log.Warnings[1], StringComparison.Ordinal);
        Assert.Contains("Mqtt:ClientId", _log.Warnings[2], StringComparison.Ordinal);
        Assert.InRange(Delay(3), 44, 76);
        await PassesAsync(3);
    }

    [Fact]
    public void A_broker_that_was_away_in_between_is_not_suspected()
    {
        var policy = new ReconnectPolicy(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1), new Random(1));
        for (int i = 0; i < 5; i++)
        {
            policy.Next(ConnectionEnd.ClosedSilently, TimeSpan.FromSeconds(30));
            policy.Next(ConnectionEnd.Failed, TimeSpan.Zero);
        }

        Assert.Equal(0, policy.Takeovers);
    }

    [Fact]
    public void Devices_do_not_come_back_in_step()
    {
        var one = new ReconnectPolicy(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1), new Random(1));
        var other = new ReconnectPolicy(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1), new Random(2));

        Assert.NotEqual(one.Next(ConnectionEnd.Failed, TimeSpan.Zero), other.Next(ConnectionEnd.Failed, TimeSpan.Zero));
    }

    [Fact]
    public async Task The_will_is_set_and_retained()
    {
        _connection.Start();
        await Wait.UntilAsync(() => _connection.Status.Connected, "connected");

        Assert.Equal("test/availability", _client.Options.WillTopic);
        Assert.Equal("offline"u8.ToArray(), _client.Options.WillPayload);
        Assert.True(_client.Options.WillRetain);
        Assert.Equal(MQTTnet.Protocol.MqttQualityOfServiceLevel.AtLeastOnce, _client.Options.WillQualityOfServiceLevel);
    }

    [Fact]
    public async Task An_unexpected_exception_is_shown_in_health_and_the_loop_is_restarted()
    {
        var faulty = new FaultyRandom();
        _client.Refusal = new SocketException((int)SocketError.ConnectionRefused);
        await using var connection = new MqttConnection(
            new MqttOptions { Host = "broker" },
            "door-1",
            new MqttTopics("test"),
            new Silent(),
            _supervisor,
            _time,
            _log,
            _client,
            faulty
        );
        connection.Start();
        await Wait.UntilAsync(() => _supervisor.Degradation is not null, "the failure shows in health");
        Assert.Contains(MqttConnection.LoopName, _supervisor.Degradation, StringComparison.Ordinal);
        Assert.Equal(TimeSpan.Zero, connection.Age);

        faulty.Works = true;
        _client.Refusal = null;
        await Wait.AdvanceUntilAsync(_time, TimeSpan.FromSeconds(0.5), () => connection.Status.Connected, "connected");
        Assert.Null(_supervisor.Degradation);
        Assert.Equal(1, _supervisor.Restarts);
    }

    [Fact]
    public async Task A_stop_does_not_wait_for_the_next_attempt()
    {
        _client.Refusal = new SocketException((int)SocketError.ConnectionRefused);
        _connection.Start();
        await Wait.UntilAsync(() => _log.Warnings.Count == 1, "the first attempt");

        await _connection
            .StopAsync(TestContext.Current.CancellationToken)
            .AsTask()
            .WaitAsync(Wait.Patience, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task The_loop_rests_while_it_is_connected_or_waits_and_is_late_when_an_attempt_never_ends()
    {
        _client.Refusal = new SocketException((int)SocketError.ConnectionRefused);
        _connection.Start();
        await Wait.UntilAsync(() => _log.Warnings.Count == 1 && _connection.Age == TimeSpan.Zero, "it waits for its next attempt");
        _client.Refusal = null;
        await Wait.AdvanceUntilAsync(
            _time,
            TimeSpan.FromSeconds(0.5),
            () => _connection.Status.Connected && _connection.Age == TimeSpan.Zero,
            "connected"
        );
        _time.Advance(TimeSpan.FromDays(30));
        Assert.Equal(TimeSpan.Zero, _connection.Age);

        var wedge = new TaskCompletionSource();
        (_client.Connecting, int attempts) = (wedge.Task, _client.Attempts);
        await _client.EndAsync(MqttClientDisconnectReason.ServerShuttingDown);
        await Wait.AdvanceUntilAsync(_time, TimeSpan.FromSeconds(0.5), () => _client.Attempts > attempts, "an attempt that never ends");
        Assert.True(_connection.Age < _connection.Limit);
        _time.Advance(TimeSpan.FromMinutes(2));
        Assert.True(_connection.Age > _connection.Limit, $"{_connection.Age} of {_connection.Limit}");

        _client.Connecting = null;
        wedge.SetResult();
        await Wait.AdvanceUntilAsync(
            _time,
            TimeSpan.FromSeconds(0.5),
            () => _connection.Status.Connected && _connection.Age == TimeSpan.Zero,
            "connected again"
        );
    }

    [Fact]
    public async Task A_broker_that_hangs_is_left_in_time_again_and_again_and_the_loop_goes_round()
    {
        _client.IsSilent = true;
        await using var silent = new MqttConnection(
            new MqttOptions { Host = "broker" },
            "door-1",
            new MqttTopics("test"),
            new Announcing(),
            _supervisor,
            _time,
            _log,
            _client,
            new Random(7)
        );
        silent.Start();
        for (int i = 1; i <= 3; i++)
        {
            await Wait.AdvanceUntilAsync(_time, TimeSpan.FromSeconds(1), () => _log.Warnings.Count >= i, $"given up {i} times");
            Assert.True(silent.Age < silent.Limit, $"{silent.Age} of {silent.Limit}");
        }

        Assert.All(_log.WithId(1301), logged => Assert.Contains("acknowledge", logged.Text, StringComparison.Ordinal));
    }

    /// <summary>The delay in a warning, in seconds.</summary>
    private double Delay(int warning) =>
        (double)_log.Logged.Where(logged => logged.Id is 1301 or 1303).ElementAt(warning - 1).Values["Seconds"]!;

    /// <summary>Waits for the next attempt, which comes after the delay that the warning states and not before.</summary>
    private Task PassesAsync(int warning)
    {
        (double delay, int attempts) = (Delay(warning), _client.Attempts);
        return Wait.FallsDueAsync(
            _time,
            TimeSpan.FromSeconds(delay / 20),
            delay * 0.9,
            delay * 1.5,
            () => _client.Attempts > attempts,
            "another attempt"
        );
    }

    private sealed class Announcing : IConnectionUser
    {
        public Task AnnounceAsync(BrokerSession session, CancellationToken cancellationToken) =>
            session.PublishAsync("test/availability", "online"u8.ToArray(), retain: true, cancellationToken);

        public void Receive(MqttApplicationMessage message) { }
    }

    private sealed class Silent : IConnectionUser
    {
        public Task AnnounceAsync(BrokerSession session, CancellationToken cancellationToken) => Task.CompletedTask;

        public void Receive(MqttApplicationMessage message) { }
    }

    private sealed class FaultyRandom : Random
    {
        public bool Works { get; set; }

        public override double NextDouble() => Works ? base.NextDouble() : throw new InvalidOperationException("The test fails here.");
    }
}
