using System.Text;
using RNNPool.Edge.Sinks.Mqtt.Commands;

namespace RNNPool.Edge.Tests.Sinks.Mqtt;

/// <summary>Parses payloads of other clients, which are untrusted.</summary>
public sealed class DeviceCommandTests
{
    [Theory]
    [InlineData("ON", true)]
    [InlineData("OFF", false)]
    [InlineData("on", true)]
    [InlineData(" off \n", false)]
    public void Detection_is_on_or_off(string text, bool on)
    {
        Assert.Null(Read(CommandKind.Detection, text, out DeviceCommand command));
        Assert.Equal(on, command.On);
    }

    [Theory]
    [InlineData("0.05", 0.05f)]
    [InlineData("0.99", 0.99f)]
    [InlineData(".5", 0.5f)]
    [InlineData("default", null)]
    public void Threshold_is_a_probability_or_default(string text, float? value)
    {
        Assert.Null(Read(CommandKind.Threshold, text, out DeviceCommand command));
        Assert.Equal(value, command.Threshold);
    }

    [Theory]
    [InlineData("detection", "", "it must be ON or OFF")]
    [InlineData("detection", "ONN", "it must be ON or OFF")]
    [InlineData("detection", "1", "it must be ON or OFF")]
    [InlineData("detection", "{\"state\":\"ON\"}", "it must be ON or OFF")]
    [InlineData("threshold", "", "it must be a number from 0.05 to 0.99, or default")]
    [InlineData("threshold", "0.04", "it must be a number")]
    [InlineData("threshold", "1", "it must be a number")]
    [InlineData("threshold", "-0.5", "it must be a number")]
    [InlineData("threshold", "0,5", "it must be a number")]
    [InlineData("threshold", "5e-1", "it must be a number")]
    [InlineData("threshold", "NaN", "it must be a number")]
    [InlineData("threshold", "Infinity", "it must be a number")]
    [InlineData("snapshot", "now", "it must be PRESS, or empty")]
    [InlineData("restart", "", "it must be PRESS")]
    [InlineData("restart", "ON", "it must be PRESS")]
    public void What_means_nothing_is_told(string name, string text, string problem)
    {
        Assert.True(DeviceCommand.TryFind(name, out CommandKind kind));
        Assert.StartsWith(problem, Read(kind, text, out _), StringComparison.Ordinal);
    }

    [Fact]
    public void A_long_payload_is_not_even_read() =>
        Assert.Equal("it is 65 bytes long; the longest allowed is 64", DeviceCommand.Read(CommandKind.Detection, new byte[65], out _));

    [Fact]
    public void Bytes_that_are_no_text_are_told() =>
        Assert.Equal("it is not UTF-8 text", DeviceCommand.Read(CommandKind.Detection, [0xC3, 0x28], out _));

    [Fact]
    public void Random_bytes_never_throw()
    {
        var random = new Random(1);
        for (int i = 0; i < 20_000; i++)
        {
            var bytes = new byte[random.Next(80)];
            random.NextBytes(bytes);
            foreach (CommandKind kind in Enum.GetValues<CommandKind>())
                DeviceCommand.Read(kind, bytes, out _);
        }
    }

    [Theory]
    [InlineData("detection", true)]
    [InlineData("Detection", false)]
    [InlineData("detection/x", false)]
    [InlineData("", false)]
    public void Only_known_names_are_commands(string name, bool known) => Assert.Equal(known, DeviceCommand.TryFind(name, out _));

    private static string? Read(CommandKind kind, string text, out DeviceCommand command) =>
        DeviceCommand.Read(kind, Encoding.UTF8.GetBytes(text), out command);
}
