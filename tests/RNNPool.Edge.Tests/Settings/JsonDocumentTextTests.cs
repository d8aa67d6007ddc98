using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.Extensions.Configuration;
using RNNPool.Edge.Settings;

namespace RNNPool.Edge.Tests.Settings;

public sealed class JsonDocumentTextTests
{
    private const string Text = """
        {
          // Where it looks.
          "Camera": {
            "Source": "synthetic:", /* a drawn one */
            "Rate": 5
          },
          "Presence": { "EnterThreshold": 0.5, "Zones": [ { "Name": "yard" } ] },
          "Mqtt:Host": "broker"
        }

        """;

    [Fact]
    public void One_value_changes_and_nothing_else()
    {
        Assert.Equal(Text.Replace("\"Rate\": 5", "\"Rate\": 7.5", StringComparison.Ordinal), Set(Text, ("Camera:Rate", "7.5")));
        Assert.Equal(Text.Replace("\"synthetic:\"", "\"v4l2:\"", StringComparison.Ordinal), Set(Text, ("camera:source", "\"v4l2:\"")));
        Assert.Equal(Text.Replace("\"broker\"", "\"other\"", StringComparison.Ordinal), Set(Text, ("Mqtt:Host", "\"other\"")));
        Assert.Equal(Text.Replace("yard", "porch", StringComparison.Ordinal), Set(Text, ("Presence:Zones:0:Name", "\"porch\"")));
    }

    [Fact]
    public void What_is_new_stands_where_it_belongs()
    {
        Assert.Equal(
            Text.Replace("\"Rate\": 5\n", "\"Rate\": 5,\n    \"IdleRate\": 2\n", StringComparison.Ordinal),
            Set(Text, ("Camera:IdleRate", "2"))
        );
        string nested = Set(Text, ("Mqtt:Tls:Enabled", "true"), ("Gpio:Outputs:0:Pin", "\"17\""), ("Presence:Zones:1:Name", "\"porch\""));
        IConfigurationRoot read = Read(nested);
        Assert.Equal(
            ("true", "17", "yard", "porch", "broker"),
            (
                read["Mqtt:Tls:Enabled"]!.ToLowerInvariant(),
                read["Gpio:Outputs:0:Pin"],
                read["Presence:Zones:0:Name"],
                read["Presence:Zones:1:Name"],
                read["Mqtt:Host"]
            )
        );
        Assert.Contains("// Where it looks.", nested, StringComparison.Ordinal);
        Assert.Contains(
            "\n  \"Gpio\": {\n    \"Outputs\": [\n      {\n        \"Pin\": \"17\"\n      }\n    ]\n  }\n}",
            nested,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_value_is_taken_out_with_its_comma()
    {
        Assert.Equal(
            Text.Replace(", /* a drawn one */\n    \"Rate\": 5", " /* a drawn one */", StringComparison.Ordinal)
                .Replace("\"synthetic:\" /* a drawn one */", "\"synthetic:\"", StringComparison.Ordinal),
            Remove(Text, "Camera:Rate")
        );
        Assert.Null(Read(Remove(Text, "Camera:Source"))["Camera:Source"]);
        Assert.Equal("5", Read(Remove(Text, "Camera:Source"))["Camera:Rate"]);
        Assert.Equal(Text, Remove(Text, "Camera:IdleRate"));
        Assert.DoesNotContain(Read(Remove("{\"A\": {\"B\": 1}}", "A:B")).AsEnumerable(), pair => pair.Key == "A:B");
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("{ }\n")]
    [InlineData("{\n  // nothing yet\n}")]
    [InlineData("{ \"Camera\": null }")]
    [InlineData("{ \"Camera\": {}, }")]
    [InlineData("\uFEFF{ \"Camera\": { \"Rate\": 5, }, }")]
    public void Any_file_takes_a_value(string text) =>
        Assert.Equal("synthetic:", Read(Set(text, ("Camera:Source", "\"synthetic:\"")))["Camera:Source"]);

    [Theory]
    [InlineData("[]")]
    [InlineData("{ \"Camera\": ")]
    [InlineData("1")]
    [InlineData("{} {}")]
    public void What_is_no_object_is_refused(string text) => Assert.ThrowsAny<JsonException>(() => new JsonDocumentText(text));

    [Fact]
    public void Whatever_is_set_and_taken_out_is_what_the_configuration_then_reads()
    {
        Gen<string> key = Gen.Elements(
            "Camera:Source",
            "Camera:Rate",
            "Presence:Zones:0:Name",
            "Presence:Zones:1:Name",
            "Mqtt:Host",
            "Mqtt:Tls:Enabled",
            "Web:Port",
            "camera:source",
            "Deep:Er:Still"
        );
        Gen<(string, int?)> change =
            from k in key
            from v in Gen.OneOf(Gen.Constant((int?)null), Gen.Choose(0, 9).Select(n => (int?)n))
            select (k, v);
        Prop.ForAll(Arb.From(Gen.ListOf(change)), changes =>
            {
                var document = new JsonDocumentText(Text);
                var expected = Read(Text)
                    .AsEnumerable()
                    .Where(pair => pair.Value is not null)
                    .ToDictionary(pair => pair.Key, pair => pair.Value, StringComparer.OrdinalIgnoreCase);
                foreach ((string name, int? value) in changes)
                {
                    // A list grows at its end, and its entries keep their numbers.
                    if (name == "Presence:Zones:1:Name" && value is null)
                        continue;
                    if (value is null)
                    {
                        document.Remove(name);
                        expected.Remove(name);
                    }
                    else
                    {
                        document.Set(name, $"{value}");
                        expected[name] = $"{value}";
                    }
                }

                var read = Read(document.ToString())
                    .AsEnumerable()
                    .Where(pair => !string.IsNullOrEmpty(pair.Value))
                    .ToDictionary(pair => pair.Key, pair => pair.Value, StringComparer.OrdinalIgnoreCase);
                return expected.Count == read.Count && expected.All(pair => read.GetValueOrDefault(pair.Key) == pair.Value);
            })
            .QuickCheckThrowOnFailure();
    }

    private static string Set(string text, params (string Key, string Value)[] changes)
    {
        var document = new JsonDocumentText(text);
        foreach ((string key, string value) in changes)
            document.Set(key, value);
        return document.ToString();
    }

    private static string Remove(string text, string key)
    {
        var document = new JsonDocumentText(text);
        document.Remove(key);
        return document.ToString();
    }

    private static IConfigurationRoot Read(string text) =>
        new ConfigurationBuilder().AddJsonStream(new MemoryStream(System.Text.Encoding.UTF8.GetBytes(text))).Build();
}
