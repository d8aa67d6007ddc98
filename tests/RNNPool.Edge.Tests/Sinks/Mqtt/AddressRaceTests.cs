using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Time.Testing;
using RNNPool.Edge.Sinks.Mqtt.Connection;
using RNNPool.Edge.Tests.Support;

namespace RNNPool.Edge.Tests.Sinks.Mqtt;

/// <summary>A host with several addresses, some of which do not answer (RFC 8305).</summary>
public sealed class AddressRaceTests
{
    private static readonly IPAddress s_six = IPAddress.Parse("2001:db8::2");
    private static readonly IPAddress s_four = IPAddress.Parse("192.0.2.1");
    private static readonly IPAddress s_other = IPAddress.Parse("192.0.2.2");

    private readonly FakeTimeProvider _time = new();
    private readonly List<IPAddress> _tried = [];
    private readonly List<Connection> _connections = [];

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task One_address_that_answers_is_enough(int answering)
    {
        IPAddress[] addresses = [s_six, s_four, s_other];

        Task<Connection> race = RaceAsync(addresses, (address, token) =>
            address.Equals(addresses[answering]) ? Task.FromResult(Connect(address)) : NeverAsync(token)
        );
        await Wait.AdvanceUntilAsync(_time, AddressRace.AttemptDelay, () => race.IsCompleted, "connected");

        Assert.Equal(addresses[answering], (await race).Address);
        Assert.Equal(addresses[..(answering + 1)], _tried);
    }

    [Fact]
    public async Task A_refusal_starts_the_next_attempt_at_once()
    {
        Task<Connection> race = RaceAsync([s_six, s_four], (address, _) =>
            address.Equals(s_four)
                ? Task.FromResult(Connect(address))
                : Task.FromException<Connection>(new SocketException((int)SocketError.ConnectionRefused))
        );

        Assert.Equal(s_four, (await race.WaitAsync(Wait.Patience, TestContext.Current.CancellationToken)).Address);
    }

    [Theory]
    [InlineData(SocketError.NetworkUnreachable, SocketError.ConnectionRefused)]
    [InlineData(SocketError.ConnectionRefused, SocketError.NetworkUnreachable)]
    public async Task The_error_that_says_more_is_thrown(SocketError first, SocketError second)
    {
        var errors = new Queue<SocketError>([first, second]);

        SocketException error = await Assert.ThrowsAsync<SocketException>(() =>
            RaceAsync([s_six, s_four], (_, _) => Task.FromException<Connection>(new SocketException((int)errors.Dequeue())))
        );

        Assert.Equal(SocketError.ConnectionRefused, error.SocketErrorCode);
    }

    [Fact]
    public async Task An_attempt_that_succeeds_too_late_is_closed()
    {
        var late = new TaskCompletionSource<Connection>();
        Task<Connection> race = RaceAsync([s_six, s_four], (address, _) =>
            address.Equals(s_six) ? late.Task : Task.FromResult(Connect(address))
        );
        await Wait.AdvanceUntilAsync(_time, AddressRace.AttemptDelay, () => race.IsCompleted, "connected");

        late.SetResult(Connect(s_six));

        await Wait.UntilAsync(() => _connections[1].IsDisposed, "closed");
        Assert.False((await race).IsDisposed);
    }

    [Fact]
    public async Task A_cancelled_race_ends()
    {
        using var end = new CancellationTokenSource();
        Task<Connection> race = RaceAsync([s_six, s_four], (_, token) => NeverAsync(token), end);

        await end.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => race);
    }

    [Fact]
    public void Families_alternate() =>
        Assert.Equal(
            [s_six, s_four, IPAddress.IPv6Loopback, s_other],
            AddressRace.Interleave([s_six, IPAddress.IPv6Loopback, s_four, s_other, s_four])
        );

    private Task<Connection> RaceAsync(
        IPAddress[] addresses,
        Func<IPAddress, CancellationToken, Task<Connection>> connect,
        CancellationTokenSource? end = null
    ) =>
        AddressRace.RaceAsync(
            addresses,
            (address, token) =>
            {
                _tried.Add(address);
                return connect(address, token);
            },
            _time,
            end?.Token ?? TestContext.Current.CancellationToken
        );

    private Connection Connect(IPAddress address)
    {
        var connection = new Connection(address);
        _connections.Add(connection);
        return connection;
    }

    private static async Task<Connection> NeverAsync(CancellationToken cancellationToken)
    {
        await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
        throw new InvalidOperationException();
    }

    private sealed class Connection(IPAddress address) : IDisposable
    {
        public IPAddress Address => address;

        public bool IsDisposed { get; private set; }

        public void Dispose() => IsDisposed = true;
    }
}
