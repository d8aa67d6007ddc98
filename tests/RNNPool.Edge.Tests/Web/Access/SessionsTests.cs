using Microsoft.Extensions.Time.Testing;
using RNNPool.Edge.Cli;
using RNNPool.Edge.Tests.Support;
using RNNPool.Edge.Web.Access;

namespace RNNPool.Edge.Tests.Web.Access;

public sealed class SessionsTests
{
    private readonly FakeTimeProvider _time = new(Samples.Noon);

    [Fact]
    public void A_session_that_is_not_used_ends()
    {
        using var sessions = new Sessions(_time);
        (string secret, _) = sessions.Begin();
        _time.Advance(Sessions.IdleTime - TimeSpan.FromSeconds(1));
        Assert.NotNull(sessions.Find(secret));
        _time.Advance(Sessions.IdleTime);

        Assert.Null(sessions.Find(secret));
    }

    [Fact]
    public void A_session_that_is_used_ends_after_a_week()
    {
        using var sessions = new Sessions(_time);
        (string secret, _) = sessions.Begin();
        TimeSpan lived = TimeSpan.Zero;
        while (sessions.Find(secret) is not null)
        {
            _time.Advance(TimeSpan.FromHours(1));
            lived += TimeSpan.FromHours(1);
        }

        Assert.Equal(Sessions.LongestTime, lived);
    }

    [Fact]
    public void What_a_session_looks_at_ends_with_it_although_nobody_asks_for_it_again()
    {
        using var sessions = new Sessions(_time);
        (string secret, Session used) = sessions.Begin();
        Session idle = sessions.Begin().Session;
        _time.Advance(TimeSpan.FromHours(6));
        Assert.NotNull(sessions.Find(secret));

        _time.Advance(TimeSpan.FromHours(6));
        Assert.Equal((true, false), (idle.Ending.IsCancellationRequested, used.Ending.IsCancellationRequested));

        _time.Advance(TimeSpan.FromHours(6));
        Assert.True(used.Ending.IsCancellationRequested);
    }

    [Fact]
    public void What_a_session_looks_at_ends_after_a_week_although_it_is_used()
    {
        using var sessions = new Sessions(_time);
        (string secret, Session session) = sessions.Begin();
        for (TimeSpan lived = TimeSpan.Zero; lived < Sessions.LongestTime; lived += TimeSpan.FromHours(6))
        {
            Assert.False(session.Ending.IsCancellationRequested);
            Assert.NotNull(sessions.Find(secret));
            _time.Advance(TimeSpan.FromHours(6));
        }

        Assert.True(session.Ending.IsCancellationRequested);
    }

    [Fact]
    public void Too_many_sessions_end_the_one_that_was_used_longest_ago()
    {
        using var sessions = new Sessions(_time);
        var secrets = new List<string>();
        var all = new List<Session>();
        for (int i = 0; i < Sessions.MaxSessions; i++)
        {
            (string secret, Session session) = sessions.Begin();
            secrets.Add(secret);
            all.Add(session);
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.NotNull(sessions.Find(secrets[0]));
        Session second = all[1];
        sessions.Begin();

        Assert.True(second.Ending.IsCancellationRequested);
        Assert.NotNull(sessions.Find(secrets[0]));
        Assert.Null(sessions.Find(secrets[1]));
        Assert.NotNull(sessions.Find(secrets[2]));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("guess")]
    public void A_guess_finds_nothing(string? secret)
    {
        using var sessions = new Sessions(_time);
        sessions.Begin();

        Assert.Null(sessions.Find(secret));
    }
}
