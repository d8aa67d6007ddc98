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
