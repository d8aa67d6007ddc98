using RNNPool.Edge.Host;
using RNNPool.Edge.Settings;
using RNNPool.Edge.Tests.Support;
using RNNPool.Edge.Vision.Configuration;

namespace RNNPool.Edge.Tests.Settings;

public sealed class SettingsSchemaTests
{
    private static readonly string File = Path.Combine(Samples.Root, "docs/configuration.md");

    private static readonly string Documentation = System.IO.File.ReadAllText(File);

    public static TheoryData<string> Keys => [.. DeviceHost.Settings.Schema.Keys.Keys];

    [Fact]
    public void Settings_with_the_name_of_a_secret_are_secret()
    {
        string[] words = ["Password", "Secret", "Token", "Webhook:Url", "Ntfy:Url"];

        Assert.Equal(
            DeviceHost.Settings.Schema.Root.Values().Where(value => value.Node.IsSecret).Select(value => value.Pattern),
            DeviceHost
                .Settings.Schema.Root.Values()
                .Select(value => value.Pattern)
                .Where(pattern => words.Any(word => pattern.EndsWith(word, StringComparison.OrdinalIgnoreCase)))
        );
    }

    [Fact]
    public void Secrecy_comes_from_the_setting_and_holds_for_entries_too()
    {
        SettingNode root = SettingNode.Root([("Safe", typeof(Safe))]);

        Assert.Equal(
            ["Safe:Codes:*", "Safe:Key", "Safe:Notes:<name>"],
            root.Values().Where(value => value.Node.IsSecret).Select(value => value.Pattern)
        );
    }

    private sealed class Safe
    {
        [Setting("Key.", Secret = true)]
        public string? Key { get; set; }

        [Setting("Codes.", Secret = true)]
        public string[] Codes { get; set; } = [];

        [Setting("Notes.", Secret = true)]
        public Dictionary<string, string> Notes { get; set; } = [];

        [Setting("Name of the password.")]
        public string? PasswordName { get; set; }
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void Every_key_is_documented(string key) => Assert.Contains($"| `{key}` |", Documentation, StringComparison.Ordinal);

    /// <summary>Set RNNPOOL_EDGE_UPDATE_SCHEMA=1 to write the tables.</summary>
    [Fact]
    public void The_tables_of_the_documentation_are_current()
    {
        string fresh = SettingsDocument.Update(DeviceHost.Settings.Schema, Documentation);
        if (Environment.GetEnvironmentVariable("RNNPOOL_EDGE_UPDATE_SCHEMA") == "1")
            System.IO.File.WriteAllText(File, fresh);

        Assert.Equal(fresh, System.IO.File.ReadAllText(File));
    }

    [Theory]
    [InlineData("Mqtt:Hots", "Mqtt:Host")]
    [InlineData("mqtt:port", "Mqtt:Port")]
    [InlineData("Presence:Offdelay", "Presence:OffDelay")]
    [InlineData("Something:Else", null)]
    public void A_wrong_key_is_guessed_when_one_is_close(string key, string? expected) =>
        Assert.Equal(expected, DeviceHost.Settings.Schema.Nearest(key));

    [Fact]
    public void Lists_dictionaries_and_nested_lists_have_patterns()
    {
        SettingNode root = SettingNode.Root([("Yard", typeof(Yard))]);

        Assert.Equal(
            [
                "Yard:Corners:*:*",
                "Yard:Gates:*:Name",
                "Yard:Gates:*:Open",
                "Yard:Knobs:<name>",
                "Yard:Labels:*",
                "Yard:Signs:<name>:Name",
                "Yard:Signs:<name>:Open",
            ],
            root.Values().Select(value => value.Pattern)
        );
    }

    [Theory]
    [InlineData("Gates:0:Name", SettingShape.Value)]
    [InlineData("gates:12:open", SettingShape.Value)]
    [InlineData("Gates", SettingShape.List)]
    [InlineData("Corners:1:0", SettingShape.Value)]
    [InlineData("Knobs:focus absolute", SettingShape.Value)]
    [InlineData("Gates:front:Name", null)]
    [InlineData("Gates:-1:Name", null)]
    [InlineData("Labels:0:0", null)]
    public void A_key_of_an_entry_leads_to_its_node(string key, object? shape)
    {
        SettingNode? at = SettingNode.Root([("Yard", typeof(Yard))]).Child("Yard");
        foreach (string segment in key.Split(':'))
            at = at?.Child(segment);

        Assert.Equal((SettingShape?)shape, at?.Shape);
    }

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
    [InlineData(typeof(TimeSpan), "5", false)]
    [InlineData(typeof(TimeSpan), "1.00:00:00", true)]
    [InlineData(typeof(TimeSpan), "24:00:00", false)]
    [InlineData(typeof(float), "NaN", false)]
    [InlineData(typeof(double), "1e999", false)]
    [InlineData(typeof(DayOfWeek), "monday", true)]
    [InlineData(typeof(DayOfWeek), "1", false)]
    [InlineData(typeof(string), "anything", true)]
    public void Values_are_judged_by_their_type(Type type, string text, bool fits) => Assert.Equal(fits, SettingsSchema.Fits(type, text));

    private sealed class Yard
    {
        public List<Gate> Gates { get; } = [];

        public string[] Labels { get; set; } = [];

        public double[][] Corners { get; set; } = [];

        public Dictionary<string, int> Knobs { get; set; } = [];

        public Dictionary<string, Gate> Signs { get; set; } = [];
    }

    private sealed class Gate
    {
        public string? Name { get; set; }

        public bool Open { get; set; }
    }
}
