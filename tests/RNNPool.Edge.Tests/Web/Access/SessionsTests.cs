using Microsoft.Extensions.Time.Testing;
using RNNPool.Edge.Tests.Support;
using RNNPool.Edge.Web.Access;

namespace RNNPool.Edge.Tests.Web.Access;

public sealed class SessionsTests
{
    private readonly FakeTimeProvider _time = new(Samples.Noon);

    [Fact]
    public void A_session_that_is_not_used_ends()
    {
        var sessions = new Sessions(_time);
        (string secret, _) = sessions.Begin();
        _time.Advance(Sessions.IdleTime - TimeSpan.FromSeconds(1));
        Assert.NotNull(sessions.Find(secret));
        _time.Advance(Sessions.IdleTime);

        Assert.Null(sessions.Find(secret));
    }

    [Fact]
    public void A_session_that_is_used_ends_after_a_week()
    {
        var sessions = new Sessions(_time);
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
    public void Too_many_sessions_end_the_one_that_was_used_longest_ago()
    {
        var sessions = new Sessions(_time);
        var secrets = new List<string>();
        for (int i = 0; i < Sessions.MaxSessions; i++)
        {
            secrets.Add(sessions.Begin().Secret);
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.NotNull(sessions.Find(secrets[0]));
        sessions.Begin();

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
        var sessions = new Sessions(_time);
        sessions.Begin();

        Assert.Null(sessions.Find(secret));
    }
}
