using System.Security.Cryptography;

namespace RNNPool.Edge.Web.Access;

/// <summary>Somebody who has signed in.</summary>
/// <param name="Csrf">What the page must send with every change.</param>
internal sealed record Session(string Csrf)
{
    /// <summary>When it began.</summary>
    public required long Began { get; init; }

    /// <summary>When it was used last.</summary>
    public long Used { get; set; }

    /// <summary>Cancelled when it ends before its time, so that what it looks at ends with it.</summary>
    public CancellationTokenSource Ending { get; } = new();
}

/// <summary>Those who have signed in, in memory: a restart signs everybody out. Thread-safe.</summary>
internal sealed class Sessions(TimeProvider time)
{
    /// <summary>Most sessions; one more ends the one that was used longest ago.</summary>
    public const int MaxSessions = 64;

    /// <summary>A session that is not used for this long ends.</summary>
    public static readonly TimeSpan IdleTime = TimeSpan.FromHours(12);

    /// <summary>Every session ends after this long.</summary>
    public static readonly TimeSpan LongestTime = TimeSpan.FromDays(7);

    private const int SecretBytes = 32;

    private readonly Lock _lock = new();

    // By hash, so that a look-up takes the same time whatever the guess.
    private readonly Dictionary<string, Session> _sessions = [];

    /// <summary>What pages of this machine send with every change while no password is set.</summary>
    public string OpenCsrf { get; } = Secret();

    /// <summary>Begins a session.</summary>
    /// <returns>The secret for the cookie, and the session.</returns>
    public (string Secret, Session Session) Begin()
    {
        string secret = Secret();
        long now = time.GetTimestamp();
        var session = new Session(Secret()) { Began = now, Used = now };
        lock (_lock)
        {
            Sweep(now);
            if (_sessions.Count >= MaxSessions) _sessions.Remove(_sessions.MinBy(pair => pair.Value.Used).Key);
            _sessions[AccessStore.Hash(secret)] = session;
        }

        return (secret, session);
    }

    /// <summary>The session of a cookie; null when there is none or it has ended.</summary>
    public Session? Find(string? secret)
    {
        if (string.IsNullOrEmpty(secret) || secret.Length > 4 * SecretBytes) return null;
        lock (_lock)
        {
            long now = time.GetTimestamp();
            string key = AccessStore.Hash(secret);
            if (!_sessions.TryGetValue(key, out Session? session)) return null;
            if (HasEnded(session, now))
            {
                _sessions.Remove(key);
                return null;
            }

            session.Used = now;
            return session;
        }
    }

    /// <summary>Ends a session.</summary>
    public void End(string? secret)
    {
        if (string.IsNullOrEmpty(secret)) return;
        Session? session;
        lock (_lock) _sessions.Remove(AccessStore.Hash(secret), out session);
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

        foreach (Session session in ended) session.Ending.Cancel();
    }

    private void Sweep(long now)
    {
        foreach (string key in _sessions.Where(pair => HasEnded(pair.Value, now)).Select(pair => pair.Key).ToArray()) _sessions.Remove(key);
    }

    private bool HasEnded(Session session, long now) => time.GetElapsedTime(session.Used, now) >= IdleTime || time.GetElapsedTime(session.Began, now) >= LongestTime;

    private static string Secret() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(SecretBytes));
}
