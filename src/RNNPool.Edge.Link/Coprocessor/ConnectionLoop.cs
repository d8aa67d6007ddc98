using Microsoft.Extensions.Logging;
using RNNPool.Edge.Link.Messages;
using RNNPool.Edge.Link.Sessions;
using RNNPool.Edge.Link.Transports;

namespace RNNPool.Edge.Link.Coprocessor;

/// <summary>
/// Keeps a session with the device: opens the line, reads the device's description, publishes the connection, and reconnects.
/// </summary>
internal sealed partial class ConnectionLoop(
    ITransportFactory factory,
    CoprocessorClientOptions options,
    ConnectionSlot slot,
    MessageRouter router,
    TimeProvider time,
    ILogger logger
)
{
    private const int LogBurst = 10;
    private static readonly TimeSpan s_logInterval = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan s_stable = TimeSpan.FromSeconds(10);

    private readonly ILogger _logger = logger;
    private readonly LogThrottle _throttle = new(LogBurst, s_logInterval, time);
    private (string Device, DeviceFault Fault)? _reported;

    /// <summary>Runs until the token is cancelled or an exception occurs that is not the loss of a line.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        TimeSpan delay = options.MinReconnectDelay;
        try
        {
            while (true)
            {
                slot.State = CoprocessorState.Connecting;
                long start = time.GetTimestamp();
                bool worked = await ConnectAsync(cancellationToken).ConfigureAwait(false);

                // A device that is lost shortly after every handshake is tried less and less often.
                if (worked && time.GetElapsedTime(start) >= s_stable)
                    delay = options.MinReconnectDelay;
                slot.State = CoprocessorState.Disconnected;
                await Task.Delay(delay, time, cancellationToken).ConfigureAwait(false);
                delay = TimeSpan.FromTicks(Math.Min(delay.Ticks * 2, options.MaxReconnectDelay.Ticks));
            }
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            slot.LastError = exception.Message;
            throw;
        }
        finally
        {
            slot.State = CoprocessorState.Disconnected;
        }
    }

    /// <summary>Whether an exception means that the line or the device was lost, which the loop itself handles.</summary>
    private static bool IsLoss(Exception exception) =>
        exception is (IOException or CoprocessorException or TimeoutException) and not LinkException { Failure: LinkFailure.Fault };

    // Returns whether there was a session that worked; it has ended.
    private async Task<bool> ConnectAsync(CancellationToken cancellationToken)
    {
        try
        {
            LinkException reason = await RunSessionAsync(cancellationToken).ConfigureAwait(false);
            if (!IsLoss(reason))
                throw reason;
            ReportLoss(reason.Message);
            return true;
        }
        catch (Exception exception) when (IsLoss(exception))
        {
            ReportLoss(exception.Message);
            return false;
        }
    }

    // Returns the reason for which the session ended.
    private async Task<LinkException> RunSessionAsync(CancellationToken cancellationToken)
    {
        ITransport transport = await factory.OpenAsync(cancellationToken).ConfigureAwait(false);
        LinkSession session = await LinkSession
            .OpenAsync(transport, options.Session, router, router.Counters, time, _logger, cancellationToken)
            .ConfigureAwait(false);
        try
        {
            CoprocessorInfo info = await router.Requests.QueryInfoAsync(session, session.Hello, cancellationToken).ConfigureAwait(false);
            Publish(new Connection(session, info));
            return await session.Completion.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            try
            {
                await session.DisposeAsync().ConfigureAwait(false);
            }
            finally
            {
                router.Fail(await session.Completion.ConfigureAwait(false), wasConnected: slot.Withdraw());
            }
        }
    }

    private void Publish(Connection connection)
    {
        CoprocessorInfo info = connection.Info;
        slot.Publish(connection);
        LogLevel level = _throttle.TryEnter(out _) ? LogLevel.Information : LogLevel.Debug;
        LogConnected(level, factory.Name, info.Hello.Board, info.Hello.FirmwareVersion, info.ActiveModel?.Name ?? "none");
        router.Events.Publish(CoprocessorEventKind.Connected, 0, info.Hello.Board);
        ReportFault(info.Hello);
    }

    // A device repeats the record in every handshake until it starts again.
    private void ReportFault(DeviceHello hello)
    {
        if (hello.Fault is not { } fault || _reported == (hello.DeviceId, fault))
            return;
        _reported = (hello.DeviceId, fault);
        LogDeviceFault(hello.Board, fault);
        router.Events.Publish(CoprocessorEventKind.Fault, fault.Exception, $"The board {hello.Board} restarted after a fault: {fault}");
    }

    private void ReportLoss(string message)
    {
        if (message == slot.LastError || !_throttle.TryEnter(out _))
            LogStillLost(factory.Name, message);
        else
            LogLost(factory.Name, message);
        slot.LastError = message;
    }
}
