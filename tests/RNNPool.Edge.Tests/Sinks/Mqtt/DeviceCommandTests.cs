using System.Text;
using RNNPool.Edge.Sinks.Mqtt.Commands;
using RNNPool.Edge.Testing;

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
    [InlineData("detection", "", "ON|OFF")]
    [InlineData("detection", "ONN", "ON|OFF")]
    [InlineData("detection", "1", "ON|OFF")]
    [InlineData("detection", "{\"state\":\"ON\"}", "ON|OFF")]
    [InlineData("threshold", "", "0.05|0.99|default")]
    [InlineData("threshold", "0.04", "0.05|0.99")]
    [InlineData("threshold", "1", "0.05|0.99")]
    [InlineData("threshold", "-0.5", "0.05|0.99")]
    [InlineData("threshold", "0,5", "0.05|0.99")]
    [InlineData("threshold", "5e-1", "0.05|0.99")]
    [InlineData("threshold", "NaN", "0.05|0.99")]
    [InlineData("threshold", "Infinity", "0.05|0.99")]
    [InlineData("snapshot", "now", "PRESS")]
    [InlineData("restart", "", "PRESS")]
    [InlineData("restart", "ON", "PRESS")]
    public void What_means_nothing_is_told(string name, string text, string names)
    {
        Assert.True(DeviceCommand.TryFind(name, out CommandKind kind));
        Sentence.AssertNames(Read(kind, text, out _), names);
    }

    [Fact]
    public void A_long_payload_is_not_even_read() =>
        Sentence.AssertNames(DeviceCommand.Read(CommandKind.Detection, new byte[65], out _), "65|64");

    [Fact]
    public void Bytes_that_are_no_text_are_told() =>
        Sentence.AssertNames(DeviceCommand.Read(CommandKind.Detection, [0xC3, 0x28], out _), "UTF-8");

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
