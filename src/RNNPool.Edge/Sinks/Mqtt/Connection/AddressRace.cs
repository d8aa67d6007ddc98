using System.Net;
using System.Net.Sockets;

namespace RNNPool.Edge.Sinks.Mqtt.Connection;

/// <summary>
/// Connects to the first address of a host that answers (RFC 8305, "Happy Eyeballs"). An address that drops packets delays the next one by
/// a quarter of a second only.
/// </summary>
internal static class AddressRace
{
    /// <summary>"Connection Attempt Delay" of RFC 8305, section 5.</summary>
    public static readonly TimeSpan AttemptDelay = TimeSpan.FromMilliseconds(250);

    /// <summary>Resolves the host and connects.</summary>
    /// <exception cref="SocketException">The name is unknown, or no address accepts a connection.</exception>
    public static async Task<Socket> ConnectAsync(string host, int port, TimeProvider time, CancellationToken cancellationToken)
    {
        IPAddress[] addresses = IPAddress.TryParse(host, out IPAddress? literal)
            ? [literal]
            : await Dns.GetHostAddressesAsync(host, cancellationToken).ConfigureAwait(false);
        return await RaceAsync(
                Interleave(addresses),
                (address, token) => ConnectAsync(new IPEndPoint(address, port), token),
                time,
                cancellationToken
            )
            .ConfigureAwait(false);
    }

    /// <summary>Alternates the address families, beginning with that of the first address.</summary>
    public static IReadOnlyList<IPAddress> Interleave(IReadOnlyList<IPAddress> addresses)
    {
        IPAddress[][] families = [.. addresses.Distinct().GroupBy(address => address.AddressFamily).Select(group => group.ToArray())];
        var ordered = new List<IPAddress>();
        for (int i = 0; i < addresses.Count; i++)
            ordered.AddRange(families.Where(family => i < family.Length).Select(family => family[i]));
        return ordered;
    }

    /// <summary>
    /// Starts an attempt for each address in turn, after a delay or the failure of the one before it. The first success wins.
    /// </summary>
    public static async Task<T> RaceAsync<T>(
        IReadOnlyList<IPAddress> addresses,
        Func<IPAddress, CancellationToken, Task<T>> connect,
        TimeProvider time,
        CancellationToken cancellationToken
    )
        where T : IDisposable
    {
        if (addresses.Count == 0)
            throw new SocketException((int)SocketError.HostNotFound);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var running = new List<Task<T>>();
        Exception? failure = null;
        int next = 0;
        try
        {
            while (next < addresses.Count || running.Count > 0)
            {
                if (next < addresses.Count)
                    running.Add(connect(addresses[next++], end.Token));
                Task due = Task.Delay(next < addresses.Count ? AttemptDelay : Timeout.InfiniteTimeSpan, time, end.Token);
                Task first = await Task.WhenAny([.. running, due]).ConfigureAwait(false);
                cancellationToken.ThrowIfCancellationRequested();
                if (first == due)
                    continue;
                var attempt = (Task<T>)first;
                running.Remove(attempt);
                if (attempt.IsCompletedSuccessfully)
                    return await attempt.ConfigureAwait(false);
                Exception reason = attempt.Exception?.InnerException ?? new TimeoutException();
                if (failure is null || Rank(reason) > Rank(failure))
                    failure = reason;
            }

            throw failure!;
        }
        finally
        {
            await end.CancelAsync().ConfigureAwait(false);
            foreach (Task<T> late in running)
                _ = DisposeAsync(late);
        }
    }

    /// <summary>How much an error says about the broker: a refusal says more than a network that this machine does not have.</summary>
    private static int Rank(Exception exception) =>
        exception is SocketException socket
            ? socket.SocketErrorCode switch
            {
                SocketError.ConnectionRefused => 2,
                SocketError.NetworkUnreachable or SocketError.AddressFamilyNotSupported or SocketError.AddressNotAvailable => 0,
                _ => 1,
            }
            : 1;

    private static async Task<Socket> ConnectAsync(IPEndPoint target, CancellationToken cancellationToken)
    {
        var socket = new Socket(target.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(target, cancellationToken).ConfigureAwait(false);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static async Task DisposeAsync<T>(Task<T> attempt)
        where T : IDisposable
    {
        await ((Task)attempt).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (attempt.IsCompletedSuccessfully)
            (await attempt.ConfigureAwait(false)).Dispose();
    }
}
