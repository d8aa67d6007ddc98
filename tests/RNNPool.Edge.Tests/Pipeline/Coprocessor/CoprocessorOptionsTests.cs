using Microsoft.Extensions.Options;
using RNNPool.Edge.Pipeline.Coprocessor;

namespace RNNPool.Edge.Tests.Pipeline.Coprocessor;

public sealed class CoprocessorOptionsTests
{
    [Fact]
    public void The_defaults_are_allowed_and_use_no_coprocessor()
    {
        var options = new CoprocessorOptions();

        Assert.True(new CoprocessorOptionsValidator().Validate(null, options).Succeeded);
        Assert.False(options.IsUsed);
    }

    [Theory]
    [InlineData("serial:///dev/serial/by-id/usb-x?baud=3000000")]
    [InlineData("unix:///run/mcu.sock")]
    [InlineData("tcp://127.0.0.1:5555")]
    public void An_endpoint_alone_means_auto(string endpoint)
    {
        var options = new CoprocessorOptions { Endpoint = endpoint };

        Assert.True(new CoprocessorOptionsValidator().Validate(null, options).Succeeded);
        Assert.True(options.IsUsed);
        options.Mode = CoprocessorMode.Host;
        Assert.False(options.IsUsed);
    }

    public static TheoryData<Action<CoprocessorOptions>, string> Wrong =>
        new()
        {
            { options => options.Mode = CoprocessorMode.Coprocessor, "Mode" },
            { options => options.Mode = (CoprocessorMode)9, "Mode" },
            { options => options.Endpoint = "/dev/ttyUSB0", "Endpoint" },
            { options => options.Endpoint = "tcp://10.1.2.3:5555", "Endpoint" },
            { options => options.FrameTimeout = TimeSpan.Zero, "FrameTimeout" },
            { options => options.ReconnectDelay = TimeSpan.Zero, "ReconnectDelay" },
            { options => options.MaxReconnectDelay = TimeSpan.FromMilliseconds(1), "MaxReconnectDelay" },
            { options => options.Rest = TimeSpan.FromHours(2), "Rest" },
            { options => options.MaxRest = TimeSpan.Zero, "MaxRest" },
        };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void A_wrong_setting_is_named_by_its_key(Action<CoprocessorOptions> change, string key)
    {
        var options = new CoprocessorOptions();
        change(options);

        ValidateOptionsResult result = new CoprocessorOptionsValidator().Validate(null, options);

        Assert.Matches($"^Coprocessor:{key}[ :].*\\.$", result.Failures!.First());
    }
}
