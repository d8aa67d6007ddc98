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
            {
                options => options.Mode = CoprocessorMode.Coprocessor,
                "Coprocessor:Endpoint is not set; the mode Coprocessor needs one, and it must be serial://"
            },
            { options => options.Mode = (CoprocessorMode)9, "Coprocessor:Mode is 9; it must be Host, Coprocessor or Auto." },
            { options => options.HostEngine = (HostEngine)9, "Coprocessor:HostEngine is 9; it must be Onnx or Interpreter." },
            { options => options.Endpoint = "/dev/ttyUSB0", "Coprocessor:Endpoint: \"/dev/ttyUSB0\" is no link endpoint: use serial://" },
            {
                options => options.Endpoint = "tcp://10.1.2.3:5555",
                "Coprocessor:Endpoint: \"tcp://10.1.2.3:5555\" is not a loopback address"
            },
            {
                options => options.FrameTimeout = TimeSpan.Zero,
                "Coprocessor:FrameTimeout is 00:00:00; it must be from 00:00:00.1000000 to 00:10:00."
            },
            {
                options => options.ReconnectDelay = TimeSpan.Zero,
                "Coprocessor:ReconnectDelay is 00:00:00; it must be from 00:00:00.0500000 to 00:01:00."
            },
            {
                options => options.MaxReconnectDelay = TimeSpan.FromMilliseconds(1),
                "Coprocessor:MaxReconnectDelay is 00:00:00.0010000; it must be from 00:00:00.2500000 to 00:10:00."
            },
            { options => options.Rest = TimeSpan.FromHours(2), "Coprocessor:Rest is 02:00:00; it must be from 00:00:00 to 01:00:00." },
            { options => options.MaxRest = TimeSpan.Zero, "Coprocessor:MaxRest is 00:00:00; it must be from 00:00:01 to 1.00:00:00." },
        };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void What_is_wrong_is_said_in_one_sentence(Action<CoprocessorOptions> change, string sentence)
    {
        var options = new CoprocessorOptions();
        change(options);

        ValidateOptionsResult result = new CoprocessorOptionsValidator().Validate(null, options);

        Assert.StartsWith(sentence, result.Failures!.First(), StringComparison.Ordinal);
        Assert.EndsWith(".", result.Failures!.First(), StringComparison.Ordinal);
    }
}
