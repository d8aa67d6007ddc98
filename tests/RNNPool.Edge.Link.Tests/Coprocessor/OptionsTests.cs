using Microsoft.Extensions.Logging.Abstractions;
using RNNPool.Edge.Link.Coprocessor;
using RNNPool.Edge.Link.Transports;

namespace RNNPool.Edge.Link.Tests.Coprocessor;

public sealed class OptionsTests
{
    public static TheoryData<string, Action<CoprocessorClientOptions>> Wrong =>
        new()
        {
            { "MinReconnectDelay", options => options.MinReconnectDelay = TimeSpan.Zero },
            { "MaxReconnectDelay", options => options.MaxReconnectDelay = TimeSpan.FromMilliseconds(1) },
            { "DetectTimeout", options => options.DetectTimeout = TimeSpan.Zero },
            { "RequestTimeout", options => options.RequestTimeout = TimeSpan.FromSeconds(-1) },
            { "UploadAttempts", options => options.UploadAttempts = 0 },
            { "ResetInterval", options => options.Session.ResetInterval = TimeSpan.Zero },
            { "HandshakeTimeout", options => options.Session.HandshakeTimeout = TimeSpan.FromMilliseconds(1) },
            { "HeartbeatInterval", options => options.Session.HeartbeatInterval = TimeSpan.Zero },
            { "SilenceTimeout", options => options.Session.SilenceTimeout = TimeSpan.FromMilliseconds(500) },
            { "MinRetransmitTimeout", options => options.Session.MinRetransmitTimeout = TimeSpan.Zero },
            { "MaxRetransmitTimeout", options => options.Session.MaxRetransmitTimeout = TimeSpan.FromMilliseconds(1) },
            { "InitialRetransmitTimeout", options => options.Session.InitialRetransmitTimeout = TimeSpan.FromSeconds(9) },
            { "ProgressTimeout", options => options.Session.ProgressTimeout = TimeSpan.FromSeconds(1) },
        };

    [Fact]
    public void The_defaults_are_good() => Assert.Null(new CoprocessorClientOptions().Validate());

    [Theory]
    [MemberData(nameof(Wrong))]
    public void A_wrong_option_is_named(string name, Action<CoprocessorClientOptions> change)
    {
        var options = new CoprocessorClientOptions();
        change(options);
        Assert.StartsWith(name + " is ", options.Validate(), StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() =>
            new CoprocessorClient(LinkEndpoint.Parse("unix:///x"), options, TimeProvider.System, NullLogger<CoprocessorClient>.Instance)
        );
    }
}
