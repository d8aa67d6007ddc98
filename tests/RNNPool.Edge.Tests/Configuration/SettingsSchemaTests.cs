using RNNPool.Edge.Configuration;
using RNNPool.Edge.Tests.Support;

namespace RNNPool.Edge.Tests.Configuration;

public sealed class SettingsSchemaTests
{
    private static readonly string Documentation = File.ReadAllText(Path.Combine(Samples.Root, "docs/configuration.md"));

    public static TheoryData<string> Keys => [.. SettingsSchema.Keys.Keys];

    [Theory]
    [MemberData(nameof(Keys))]
    public void Every_key_is_documented(string key) => Assert.Contains($"| `{key}` |", Documentation, StringComparison.Ordinal);

    [Fact]
    public void Every_documented_key_exists()
    {
        IEnumerable<string> documented = Documentation.Split('\n').Where(line => line.StartsWith("| `", StringComparison.Ordinal)).Select(line => line.Split('`')[1]);

        Assert.DoesNotContain(documented, key => !SettingsSchema.Keys.ContainsKey(key) && !SettingsSchema.IsOpen(key));
    }

    [Theory]
    [InlineData("Mqtt:Hots", "Mqtt:Host")]
    [InlineData("mqtt:port", "Mqtt:Port")]
    [InlineData("Presence:Offdelay", "Presence:OffDelay")]
    [InlineData("Something:Else", null)]
    public void A_wrong_key_is_guessed_when_one_is_close(string key, string? expected) => Assert.Equal(expected, SettingsSchema.Nearest(key));

    [Theory]
    [InlineData(typeof(int), "12", true)]
    [InlineData(typeof(int), "12.5", false)]
    [InlineData(typeof(int?), "", true)]
    [InlineData(typeof(int), "", false)]
    [InlineData(typeof(bool), "true", true)]
    [InlineData(typeof(bool), "yes", false)]
    [InlineData(typeof(float), "0.5", true)]
    [InlineData(typeof(float), "0,5x", false)]
    [InlineData(typeof(TimeSpan), "00:00:03", true)]
    [InlineData(typeof(TimeSpan), "3 s", false)]
    [InlineData(typeof(string), "anything", true)]
    public void Values_are_judged_by_their_type(Type type, string text, bool fits) => Assert.Equal(fits, SettingsSchema.Fits(type, text));
}
