using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;
using RNNPool.Edge.Cli;
using RNNPool.Edge.Core;
using RNNPool.Edge.Hardware.Gpio;
using RNNPool.Edge.Host;
using RNNPool.Edge.Link.Sessions;
using RNNPool.Edge.Models;
using RNNPool.Edge.Settings;
using RNNPool.Edge.Tests.Cli;
using RNNPool.Edge.Tests.Settings;
using RNNPool.Edge.Vision.Frames;

namespace RNNPool.Edge.Tests.Texts;

/// <summary>The texts that users see are those of the snapshots.</summary>
public sealed partial class TextSnapshotTests : IDisposable
{
    private static readonly Assembly[] Assemblies =
    [
        typeof(ILive<>).Assembly,
        typeof(Frame).Assembly,
        typeof(LinkSession).Assembly,
        typeof(GpioException).Assembly,
        typeof(ModelException).Assembly,
    ];

    /// <summary>Wrong command lines; none of them starts a device or needs a file that exists.</summary>
    private static readonly string[] WrongCommandLines =
    [
        "",
        "detct x.jpg",
        "run --bogus",
        "run --camra x",
        "run --set nonsense",
        "run --config /nonexistent/new.json",
        "detect",
        "detect --jsn a.jpg",
        "detect -- --jsn",
        "detect samples/pictures/astronaut.jpg --model no-such-model",
        "detect samples/pictures/astronaut.jpg --threshold 2",
        "detect samples/pictures/astronaut.jpg --threads x",
        "detect samples/pictures/astronaut.jpg --set Foo:Bar=1",
        "detect samples/pictures/astronaut.jpg --set Detektor:Nms=Soft",
        "demo --port x",
        "eval a.csv --plot a.png",
        "eval gone.csv",
        "bench no-such-model",
        "bench --iterations 9",
        "events --set Device:StateFolder=/nonexistent",
        "mcu infos",
        "mcu bench --frames 0",
        "model",
        "model quantize --arch a --weights b --calibration c --out d --pictures 0",
        "watch --port 1",
        "watch --token a --token-file b",
        "watch --url door.local",
    ];

    private static readonly string[] WrongCameras =
    [
        "webcm",
        "rtps://user:secret@host/film",
        "v4l:/dev/video0",
        "tape:x",
        "images:",
        "images:/x?speed=3",
        "images:/x?rate=fast",
        "images:/x?loop=maybe",
        "synthetic:?width=3",
        "synthetic:/dev/x",
        "v4l2:/dev/video0?format=H264",
        "rpicam:front",
        "rpicam:0?rotation=90",
        "ffmpeg:gopher://host/film",
        "ffmpeg:rtsp://host/film#transport=sctp",
    ];

    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Fact]
    public void Log_messages_are_those_of_the_snapshot() => TextSnapshot.AssertMatches("log.txt", Collect());

    [Fact]
    public void Failures_of_validation_are_those_of_the_snapshot()
    {
        var text = new StringBuilder();
        foreach (
            string json in ConfigurationCorpusTests
                .Configurations.Where(row => !row.Data.Item2)
                .Select(row => row.Data.Item1)
                .Concat(ConfigurationCorpusTests.RulesBetweenSettings.Select(row => row.Data))
                .Concat(WrongCameras.Select(camera => $"{{\"Camera\":{{\"Source\":\"{camera}\"}}}}"))
        )
        {
            File.WriteAllText(_file, json);
            string? refusal = WrongValues.Refusal(new SettingSources(_file, [], SystemFile: false, SetUp: true));
            string sentence = StatePath().Replace(refusal!.Replace(_file, "FILE", StringComparison.Ordinal), "STATE/web-access.json");
            text.Append(json).Append("\n    ").Append(sentence).Append('\n');
        }

        foreach (string json in ConfigurationCorpusTests.Unusable.Select(row => row.Data))
        {
            File.WriteAllText(_file, json);
            string sentences = string.Join(' ', ConfigurationCorpusTests.FindProblems(_file));
            text.Append(json).Append("\n    ").Append(StatePath().Replace(sentences, "STATE/web-access.json")).Append('\n');
        }

        TextSnapshot.AssertMatches("validation.txt", text.ToString());
    }

    [Fact]
    public async Task Help_texts_are_those_of_the_snapshot()
    {
        var text = new StringBuilder();
        IEnumerable<string> paths = JsonOutputTests.Commands(CommandTree.Build(Terminal.ForProcess()), "").Select(entry => entry.Path);
        foreach (string path in paths.Prepend(""))
        {
            string line = $"{path} --help".TrimStart();
            (int code, string output, string error) = await CommandLine.InvokeAsync(line.Split(' '));
            Assert.Equal((0, ""), (code, error));
            text.Append("$ rnnpool-edge ").Append(line).Append('\n');
            text.Append(output.Replace("RNNPool.Edge.Tests", "rnnpool-edge", StringComparison.Ordinal)).Append('\n');
        }

        TextSnapshot.AssertMatches("help.txt", text.ToString());
    }

    [Fact]
    public async Task Errors_of_the_command_line_are_those_of_the_snapshot()
    {
        var text = new StringBuilder();
        foreach (string line in WrongCommandLines)
        {
            (int code, _, string error) = await CommandLine.InvokeAsync(line.Split(' ', StringSplitOptions.RemoveEmptyEntries));
            Assert.NotEqual(0, code);
            text.Append("$ rnnpool-edge ").Append(line).Append('\n').Append(error);
        }

        TextSnapshot.AssertMatches("errors.txt", text.ToString());
    }

    [Fact]
    public void Texts_of_the_page_are_those_of_the_snapshot() => TextSnapshot.AssertMatches("page.txt", PageTexts.Collect());

    [Fact]
    public void Event_ids_are_unique_within_a_category()
    {
        IEnumerable<string> twice = Messages()
            .GroupBy(message => (message.Id, message.Category))
            .Where(group => group.Count() > 1)
            .Select(group => $"{group.Key}");
        Assert.Empty(twice);
    }

    [GeneratedRegex(@"[^ (]*/web-access\.json")]
    private static partial Regex StatePath();

    private static string Collect()
    {
        var text = new StringBuilder();
        foreach (
            (int id, string category, LogLevel level, string message) in Messages()
                .OrderBy(message => message.Id)
                .ThenBy(message => message.Category, StringComparer.Ordinal)
        )
        {
            text.Append(id).Append(' ').Append(level).Append(' ').Append(category).Append(": ").Append(message).Append('\n');
        }

        return text.ToString();
    }

    private static IEnumerable<(int Id, string Category, LogLevel Level, string Message)> Messages() =>
        from type in Assemblies.SelectMany(assembly => assembly.GetTypes())
        from method in type.GetMethods(
            BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly
        )
        let attribute = method.GetCustomAttribute<LoggerMessageAttribute>()
        where attribute is not null
        select (attribute.EventId, type.Name, attribute.Level, attribute.Message);
}
