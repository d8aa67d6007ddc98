using System.CommandLine;
using System.Text.Json;
using RNNPool.Edge.Cli;
using RNNPool.Edge.Core;
using RNNPool.Edge.Host;
using RNNPool.Edge.Tests.Support;

namespace RNNPool.Edge.Tests.Cli;

/// <summary>JSON output for programs: it parses, it has the fields of docs/cli.md, and standard output contains nothing else.</summary>
public sealed class JsonOutputTests
{
    [Theory]
    [InlineData("version", "device,runtime,onnxRuntime,os")]
    [InlineData("config check --camera synthetic:", "valid,set")]
    [InlineData("config show --all", "[].key,[].value,[].origin,[].applies")]
    [InlineData("cameras", "cameras")]
    [InlineData("model list", "active,models,limit,models[].name,models[].precision.value")]
    [InlineData("model inspect models/face-qvga", "name,layers[].name,arena.bytes")]
    [InlineData("model verify models/face-qvga models/person-vww-96", "[].file,[].valid,[].name,[].sha256")]
    [InlineData("password status", "file,passwordSet,tokens")]
    [InlineData("detect samples/pictures/astronaut.jpg", "[].file,[].width,[].detections[].box.x")]
    [InlineData("doctor --camera synthetic: --port 0", "[].check,[].outcome,[].finding")]
    [InlineData("bench person-vww-96 --iterations 10 --warm-up 0", "[].model,[].oneThread.medianMs,[].interpreter.medianMs")]
    public async Task It_parses_and_has_what_is_promised(string arguments, string paths)
    {
        (int code, string output, string error) = await CommandLine.InvokeAsync([.. arguments.Split(' '), "--json"]);

        Assert.Equal((0, ""), (code, error));
        JsonElement root = JsonDocument.Parse(output).RootElement;
        foreach (string path in paths.Split(','))
            Assert.True(Has(root, path), $"{path} is missing from {output}");
    }

    [Theory]
    [InlineData("detect --model nowhere samples/pictures/astronaut.jpg", 1)]
    [InlineData("eval nowhere.csv", 1)]
    [InlineData("bench nowhere", 1)]
    [InlineData("doctor --config nowhere.json", 4)]
    [InlineData("config check --set Web:Port=70000", 4)]
    [InlineData("config show --set Nonsense:Key=1", 4)]
    [InlineData("events --set Device:StateFolder=/nonexistent", 1)]
    [InlineData("watch --once --url http://127.0.0.1:1", 1)]
    [InlineData("model list --config nowhere.json", 4)]
    [InlineData("model inspect nowhere", 1)]
    [InlineData("model compare nowhere samples/pictures", 1)]
    [InlineData("model quantize --arch nowhere --weights nowhere --calibration nowhere --out nowhere", 1)]
    [InlineData("mcu info --endpoint unix:///nonexistent", 1)]
    [InlineData("mcu upload --endpoint unix:///nonexistent", 1)]
    [InlineData("mcu detect --endpoint unix:///nonexistent samples/pictures/astronaut.jpg", 1)]
    [InlineData("mcu bench --endpoint unix:///nonexistent", 1)]
    [InlineData("mcu monitor --endpoint unix:///nonexistent", 1)]
    [InlineData("notify test --camera synthetic:", 1)]
    [InlineData("mqtt remove --camera synthetic: --mqtt 127.0.0.1 --set Mqtt:Port=1", 1)]
    [InlineData("password status --set Device:StateFolder=/dev/null/state", 1)]
    public async Task An_error_is_a_sentence_on_standard_error_and_nothing_else(string arguments, int expected)
    {
        (int code, string output, string error) = await CommandLine.InvokeAsync([.. arguments.Split(' '), "--json"]);

        Assert.Equal((expected, ""), (code, output));
        string[] lines = error.TrimEnd().Split('\n');
        Assert.StartsWith("error: ", lines[0], StringComparison.Ordinal);
        Assert.All(lines[1..], line => Assert.Matches("^(error|hint): ", line)); // settings may be wrong in several ways
    }

    [Fact]
    public void Every_command_whose_result_programs_may_want_has_it()
    {
        string[] without =
        [
            .. Commands(CommandTree.Build(Terminal.ForProcess()), "")
                .Where(entry => entry.Command.Subcommands.Count == 0 && entry.Command.Options.All(option => option.Name != "--json"))
                .Select(entry => entry.Path),
        ];

        // The service's log, a demonstration for people, and a schema, which is JSON anyway.
        Assert.Equal(["config schema", "demo", "run"], without.Order(StringComparer.Ordinal));
    }

    internal static IEnumerable<(string Path, Command Command)> Commands(Command command, string path)
    {
        foreach (Command child in command.Subcommands)
        {
            string name = path.Length == 0 ? child.Name : $"{path} {child.Name}";
            yield return (name, child);
            foreach ((string, Command) below in Commands(child, name))
                yield return below;
        }
    }

    // "a[].b.c": in every element of the list a.
    private static bool Has(JsonElement element, string path)
    {
        if (path.Length == 0)
            return true;
        if (path.StartsWith("[]", StringComparison.Ordinal))
            return element.ValueKind == JsonValueKind.Array
                && element.GetArrayLength() > 0
                && element.EnumerateArray().All(item => Has(item, path[2..].TrimStart('.')));
        int end = path.IndexOfAny(['.', '[']);
        string name = end < 0 ? path : path[..end];
        return element.TryGetProperty(name, out JsonElement value) && Has(value, end < 0 ? "" : path[end..].TrimStart('.'));
    }
}
