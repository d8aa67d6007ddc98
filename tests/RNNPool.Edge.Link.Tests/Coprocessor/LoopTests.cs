using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using RNNPool.Edge.Link.Coprocessor;
using RNNPool.Edge.Link.Sessions;
using RNNPool.Edge.Link.Tests.Peers;

namespace RNNPool.Edge.Link.Tests.Coprocessor;

/// <summary>
/// Exceptions that are not the loss of a line: they must reach the supervisor of the loop, and the loop must be able to run again.
/// </summary>
public sealed class LoopTests : CoprocessorTestBase
{
    private const int LoopFailed = 3108;
    private const int DeviceLog = 3105;

    [Fact]
    public async Task A_fault_while_opening_leaves_the_loop_and_the_loop_can_run_again()
    {
        await using var pump = new DevicePump();
        var factory = new FaultyFactory(pump) { OpenFaults = 1 };
        await using CoprocessorClient client = Create(factory, NullLogger<CoprocessorClient>.Instance);

        await Assert.ThrowsAsync<InvalidOperationException>(() => client.RunAsync(Token));
        Assert.Equal(CoprocessorState.Disconnected, client.State);
        Assert.Equal("open", client.LastError);

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        Task run = client.RunAsync(stop.Token);
        await client.WaitReadyAsync(Token);
        await DetectAsync(client, 1);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
        Assert.Equal(CoprocessorState.Disconnected, client.State);
        Assert.Null(client.Info);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_fault_during_a_session_ends_the_wait_of_callers_and_leaves_the_loop(bool whileReading)
    {
        await using var pump = new DevicePump();
        var factory = new FaultyFactory(pump);
        await using CoprocessorClient client = Create(factory, NullLogger<CoprocessorClient>.Instance);
        Task run = client.RunAsync(Token);
        await client.WaitReadyAsync(Token);

        factory.ReadFault = whileReading;
        factory.WriteFault = !whileReading;
        LinkException lost = await Assert.ThrowsAsync<LinkException>(() => DetectAsync(client, 1));

        // A heartbeat may meet the fault first; the caller then finds no connection.
        Assert.True(lost.Failure is LinkFailure.Fault or LinkFailure.TransportLost, lost.Message);
        LinkException fault = await Assert.ThrowsAsync<LinkException>(() => run);
        Assert.Equal(LinkFailure.Fault, fault.Failure);
        Assert.IsType<InvalidOperationException>(fault.InnerException);
        Assert.Null(client.Info);

        run = client.RunAsync(Token);
        await client.WaitReadyAsync(Token);
        await DetectAsync(client, 2);
        await client.DisposeAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
    }

    [Fact]
    public async Task A_started_client_logs_faults_and_restarts_its_loop()
    {
        await using var pump = new DevicePump();
        var factory = new FaultyFactory(pump) { OpenFaults = 2 };
        var logger = new EventLog();
        await using CoprocessorClient client = Create(factory, logger);
        client.Start();
        await client.WaitReadyAsync(Token);
        Assert.Equal(2, logger.Events.Count(id => id == LoopFailed));

        factory.ReadFault = true;
        await EventuallyAsync(() => logger.Events.Count(id => id == LoopFailed) == 3);
        await client.WaitReadyAsync(Token);
        await DetectAsync(client, 1);
    }

    [Fact]
    public async Task A_line_that_accepts_no_bytes_ends_the_session_and_the_picture()
    {
        await using var pump = new DevicePump();
        var factory = new FaultyFactory(pump);
        CoprocessorClientOptions options = Quick(options =>
        {
            options.DetectTimeout = TimeSpan.FromSeconds(0.5);
            options.Session.MaxRetransmitTimeout = options.Session.InitialRetransmitTimeout = TimeSpan.FromSeconds(0.2);
            options.Session.ProgressTimeout = TimeSpan.FromSeconds(2);
        });
        await using var client = new CoprocessorClient(factory, options, TimeProvider.System, NullLogger<CoprocessorClient>.Instance);
        client.Start();
        await client.WaitReadyAsync(Token);

        factory.WriteHangs = true;
        await Assert.ThrowsAsync<TimeoutException>(() => DetectAsync(client, 1, 320, 240));
        await EventuallyAsync(() => client.Counters.Timeouts > 0);

        factory.WriteHangs = false;
        await client.WaitReadyAsync(Token);
        await DetectAsync(client, 1);
    }

    [Fact]
    public async Task The_log_of_a_device_that_sends_many_lines_stays_short()
    {
        await using var pump = new DevicePump();
        var logger = new EventLog();
        await using CoprocessorClient client = Create(new FaultyFactory(pump), logger);
        client.Start();
        await client.WaitReadyAsync(Token);
        int received = 0;
        while (received < 100)
        {
            pump.With(peer => peer.Log(2, "warm"));
            await Task.Delay(1, Token);
            while (client.Events.TryRead(out CoprocessorEvent found))
                received += found.Kind == CoprocessorEventKind.Log ? 1 : 0;
        }

        Assert.InRange(logger.Events.Count(id => id == DeviceLog), 20, 30);
    }

    [Fact]
    public async Task Two_runs_do_not_overlap()
    {
        await using var pump = new DevicePump();
        await using CoprocessorClient client = Create(new FaultyFactory(pump), NullLogger<CoprocessorClient>.Instance);
        client.Start();
        await client.WaitReadyAsync(Token);

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        Task second = client.RunAsync(stop.Token);
        await DetectAsync(client, 1);
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        Assert.Equal(1, pump.Openings);
        await DetectAsync(client, 2);
    }

    private static CoprocessorClient Create(FaultyFactory factory, ILogger<CoprocessorClient> logger) =>
        new(factory, Quick(), TimeProvider.System, logger);

    private sealed class EventLog : ILogger<CoprocessorClient>
    {
        private readonly Lock _lock = new();
        private readonly List<int> _events = [];

        public int[] Events
        {
            get
            {
                lock (_lock)
                    return [.. _events];
            }
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        )
        {
            lock (_lock)
                _events.Add(eventId.Id);
        }
    }
}
