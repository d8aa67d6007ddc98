using RNNPool.Edge.Core;

namespace RNNPool.Edge.Sinks.Mqtt.Connection;

/// <summary>How an attempt to connect, or a connection, ended.</summary>
internal enum ConnectionEnd
{
    /// <summary>No connection was established.</summary>
    Failed,

    /// <summary>The network or the broker ended the connection and gave a reason.</summary>
    Lost,

    /// <summary>The broker closed the connection without a reason, as some brokers do when another client uses the client id.</summary>
    ClosedSilently,

    /// <summary>The broker reports that another client uses the client id.</summary>
    TakenOver,
}

/// <summary>
/// Computes the delay before the next attempt to connect. Failures double it. When another client uses the client id, an immediate attempt
/// would disconnect that client in turn: the first such delay is the longest of the others, and it doubles up to ten times that. A jitter
/// of a quarter keeps many devices from reconnecting at the same time after a restart of their broker.
/// </summary>
internal sealed class ReconnectPolicy(TimeSpan first, TimeSpan longest, Random random)
{
    /// <summary>A connection that ends sooner than this does not count as a success.</summary>
    public static readonly TimeSpan StableTime = TimeSpan.FromSeconds(10);

    /// <summary>Silent closes in a row from which the policy assumes that another client uses the client id.</summary>
    public const int SuspiciousCloses = 3;

    private const double Jitter = 0.25;
    private const int TakeoverFactor = 10;

    private readonly Backoff _failures = new(first, longest);
    private readonly Backoff _takeovers = new(longest, longest * TakeoverFactor);

    /// <summary>Connections in a row that the broker closed without a reason while it stayed reachable.</summary>
    public int SilentCloses { get; private set; }

    /// <summary>How often another client has used the client id, or seems to have, since the last connection that lasted.</summary>
    public int Takeovers { get; private set; }

    /// <summary>Whether the last connection ended because another client uses the client id, or seems to.</summary>
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
