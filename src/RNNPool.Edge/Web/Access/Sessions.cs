using System.Security.Cryptography;

namespace RNNPool.Edge.Web.Access;

/// <summary>A session of a browser that has signed in.</summary>
/// <param name="Csrf">The value that the page must send with every change.</param>
internal sealed record Session(string Csrf)
{
    /// <summary>Timestamp of its start.</summary>
    public required long Began { get; init; }

    /// <summary>Timestamp of its last use.</summary>
    public long Used { get; set; }

    /// <summary>Cancelled when it ends, so that its streams end with it.</summary>
    public CancellationTokenSource Ending { get; } = new();
}

/// <summary>The sessions, in memory: they end when the device restarts. Thread-safe.</summary>
internal sealed class Sessions : IDisposable
{
    /// <summary>Most sessions; a further one ends the least recently used.</summary>
    public const int MaxSessions = 64;

    /// <summary>Longest time without use.</summary>
    public static readonly TimeSpan IdleTime = TimeSpan.FromHours(12);

    /// <summary>Longest time of a session.</summary>
    public static readonly TimeSpan LongestTime = TimeSpan.FromDays(7);

    private const int SecretBytes = 32;

    private readonly Lock _lock = new();
    private readonly TimeProvider _time;

    // Due when the first session may end: a session whose streams alone are in use is not looked up.
    private readonly ITimer _sweep;

    // By hash, so that the time of a look-up does not depend on the guess.
    private readonly Dictionary<string, Session> _sessions = [];

    public Sessions(TimeProvider time)
    {
        _time = time;
        _sweep = time.CreateTimer(
            static sessions => ((Sessions)sessions!).Sweep(),
            this,
            Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan
        );
    }

    /// <summary>The value that pages on this machine send with every change while no password is set.</summary>
    public string OpenCsrf { get; } = Secret();

    /// <summary>Begins a session.</summary>
    /// <returns>The secret for the cookie, and the session.</returns>
    public (string Secret, Session Session) Begin()
    {
        string secret = Secret();
        long now = _time.GetTimestamp();
        var session = new Session(Secret()) { Began = now, Used = now };
        List<Session> ended;
        lock (_lock)
        {
            ended = TakeEnded(now);
            if (_sessions.Count >= MaxSessions && _sessions.Remove(_sessions.MinBy(pair => pair.Value.Used).Key, out Session? oldest))
                ended.Add(oldest);
            _sessions[AccessStore.Hash(secret)] = session;
            Schedule(now);
        }

        Cancel(ended);
        return (secret, session);
    }

    /// <summary>The session of a cookie; null when there is none or it has ended.</summary>
    public Session? Find(string? secret)
    {
        if (string.IsNullOrEmpty(secret) || secret.Length > 4 * SecretBytes)
            return null;
        Session? session;
        lock (_lock)
        {
            long now = _time.GetTimestamp();
            string key = AccessStore.Hash(secret);
            if (!_sessions.TryGetValue(key, out session))
                return null;
            if (Left(session, now) > TimeSpan.Zero)
            {
                session.Used = now;
                return session;
            }

            _sessions.Remove(key);
        }

        session.Ending.Cancel();
        return null;
    }

    /// <summary>Ends a session.</summary>
    public void End(string? secret)
    {
        if (string.IsNullOrEmpty(secret))
            return;
        Session? session;
        lock (_lock)
            _sessions.Remove(AccessStore.Hash(secret), out session);
        session?.Ending.Cancel();
    }

    /// <summary>Ends all sessions.</summary>
    public void EndAll()
    {
        Session[] ended;
        lock (_lock)
        {
            ended = [.. _sessions.Values];
            _sessions.Clear();
        }

        Cancel(ended);
    }

    public void Dispose() => _sweep.Dispose();

    private void Sweep()
    {
        List<Session> ended;
        lock (_lock)
        {
            long now = _time.GetTimestamp();
            ended = TakeEnded(now);
            Schedule(now);
        }

        Cancel(ended);
    }

    private List<Session> TakeEnded(long now)
    {
        var ended = new List<Session>();
        foreach (string key in _sessions.Where(pair => Left(pair.Value, now) <= TimeSpan.Zero).Select(pair => pair.Key).ToArray())
        {
            if (_sessions.Remove(key, out Session? session))
                ended.Add(session);
        }

        return ended;
    }

    /// <summary>A session that is used before the sweep stays, and the sweep schedules the next one.</summary>
    private void Schedule(long now) =>
        _sweep.Change(
            _sessions.Count == 0 ? Timeout.InfiniteTimeSpan : _sessions.Values.Min(session => Left(session, now)),
            Timeout.InfiniteTimeSpan
        );

    private TimeSpan Left(Session session, long now)
    {
        TimeSpan idle = IdleTime - _time.GetElapsedTime(session.Used, now),
            all = LongestTime - _time.GetElapsedTime(session.Began, now);
        return idle < all ? idle : all;
    }

    // Outside the lock, because cancellation runs callbacks that may call this class.
    private static void Cancel(IEnumerable<Session> ended)
    {
        foreach (Session session in ended)
            session.Ending.Cancel();
    }

    private static string Secret() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(SecretBytes));
}
