using System.Net;
using Microsoft.Extensions.Time.Testing;
using RNNPool.Edge.Tests.Support;
using RNNPool.Edge.Web.Access;

namespace RNNPool.Edge.Tests.Web.Access;

public sealed class SignInLimitTests
{
    private readonly FakeTimeProvider _time = new(Samples.Noon);

    [Fact]
    public void An_address_has_a_few_attempts_and_then_one_every_half_minute()
    {
        var limit = new SignInLimit(_time);
        for (int i = 0; i < SignInLimit.PerAddress; i++)
            Assert.Equal(TimeSpan.Zero, limit.Take("a"));

        Assert.Equal(SignInLimit.AddressRefill, limit.Take("a"));
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(TimeSpan.FromSeconds(20), Rounded(limit.Take("a")));
        _time.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal(TimeSpan.Zero, limit.Take("a"));
        Assert.NotEqual(TimeSpan.Zero, limit.Take("a"));
        Assert.Equal(TimeSpan.Zero, limit.Take("b"));
    }

    [Fact]
    public void A_right_password_gives_the_attempts_back()
    {
        var limit = new SignInLimit(_time);
        for (int i = 0; i < 200; i++)
        {
            Assert.Equal(TimeSpan.Zero, limit.Take("a"));
            limit.Restore("a");
        }
    }

    [Fact]
    public void Many_addresses_together_are_slowed_down_too()
    {
        var limit = new SignInLimit(_time);
        for (int i = 0; i < SignInLimit.Overall; i++)
            Assert.Equal(TimeSpan.Zero, limit.Take($"address {i}"));

        Assert.Equal(SignInLimit.OverallRefill, limit.Take("another"));
        int let = 0;
        for (int i = 0; i < 3600; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            if (limit.Take($"later {i}") == TimeSpan.Zero)
                let++;
        }

        Assert.InRange(let, 890, 910);
    }

    [Fact]
    public void Guesses_of_many_addresses_do_not_slow_the_owner()
    {
        var limit = new SignInLimit(_time);
        limit.Take("owner");
        limit.Restore("owner");
        for (int i = 0; i < 2 * SignInLimit.Overall; i++)
            limit.Take($"address {i}");

        Assert.Equal(TimeSpan.Zero, limit.Take("owner"));
        Assert.True(limit.IsKnown("owner"));
        Assert.NotEqual(TimeSpan.Zero, limit.Take("another"));
        Assert.False(limit.IsKnown("another"));
        for (int i = 1; i < SignInLimit.PerAddress; i++)
            Assert.Equal(TimeSpan.Zero, limit.Take("owner"));
        Assert.NotEqual(TimeSpan.Zero, limit.Take("owner"));
    }

    [Fact]
    public void What_is_remembered_is_bounded_and_the_bound_opens_no_way_round()
    {
        var limit = new SignInLimit(_time);
        int let = 0;
        for (int i = 0; i < 20_000; i++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(10));
            if (limit.Take($"address {i % 5000}") == TimeSpan.Zero)
                let++;
        }

        Assert.InRange(let, 1, SignInLimit.Overall + 51);
    }

    [Theory]
    [InlineData("192.168.1.7", "192.168.1.7", true)]
    [InlineData("192.168.1.7", "192.168.1.8", false)]
    [InlineData("::ffff:192.168.1.7", "192.168.1.7", true)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", true)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:3::1", false)]
    public void Hosts_of_one_IPv6_network_count_as_one(string a, string b, bool same) =>
        Assert.Equal(same, RequestOrigin.LimitKey(IPAddress.Parse(a)) == RequestOrigin.LimitKey(IPAddress.Parse(b)));

    private static TimeSpan Rounded(TimeSpan time) => TimeSpan.FromSeconds(Math.Round(time.TotalSeconds, 3));
}
