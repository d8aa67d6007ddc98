using RNNPool.Edge.Core;

namespace RNNPool.Edge.Sinks.Mqtt.Connection;

/// <summary>How an attempt to connect, or a connection, ended.</summary>
internal enum ConnectionEnd
{
    /// <summary>There was no connection.</summary>
    Failed,

    /// <summary>There was one, and the network or the broker ended it, as it says.</summary>
    Lost,

    /// <summary>There was one, and the broker closed it without a word, as some do when another client takes the id.</summary>
    ClosedSilently,

    /// <summary>There was one, and the broker says that another client has taken the client id.</summary>
    TakenOver,
}

/// <summary>
/// How long to wait before connecting again. Failures double the delay. When another client takes the client id, coming back at once would
/// only throw that one out in turn: the first such delay is the longest of the others, and it doubles up to ten times that.
/// A random quarter more or less keeps many devices from coming back in step after a restart of their broker.
/// </summary>
internal sealed class ReconnectPolicy(TimeSpan first, TimeSpan longest, Random random)
{
    /// <summary>A connection that ends sooner than this does not count as a success.</summary>
    public static readonly TimeSpan StableTime = TimeSpan.FromSeconds(10);

    /// <summary>From so many on, connections that a broker closes silently, while it lets this client in again at once, look like those of a stolen client id.</summary>
    public const int SuspiciousCloses = 3;

    private const double Jitter = 0.25;
    private const int TakeoverFactor = 10;

    private readonly Backoff _failures = new(first, longest);
    private readonly Backoff _takeovers = new(longest, longest * TakeoverFactor);

    /// <summary>Connections in a row that the broker closed silently, without having been away in between.</summary>
    public int SilentCloses { get; private set; }

    /// <summary>How often the client id was taken, or seems to have been, since the last long peace.</summary>
    public int Takeovers { get; private set; }

    /// <summary>Whether the last end was, or looks like, another client's taking the client id.</summary>
    public bool IsContested { get; private set; }

    /// <summary>The delay after an attempt or a connection has ended.</summary>
    /// <param name="end">How it ended.</param>
    /// <param name="lifetime">How long the connection lasted; zero when there was none.</param>
    public TimeSpan Next(ConnectionEnd end, TimeSpan lifetime)
    {
        if (lifetime >= StableTime)
            _failures.Reset();
        if (lifetime >= longest * TakeoverFactor)
        {
            _takeovers.Reset();
            (Takeovers, SilentCloses) = (0, 0);
        }

        SilentCloses = end == ConnectionEnd.ClosedSilently ? SilentCloses + 1 : 0;
        IsContested = end == ConnectionEnd.TakenOver || SilentCloses >= SuspiciousCloses;
        if (IsContested)
            Takeovers++;
        TimeSpan delay = (IsContested ? _takeovers : _failures).Next();
        return delay * (1 + (Jitter * ((2 * random.NextDouble()) - 1)));
    }
}
