using System.Text.Json;
using Microsoft.Extensions.Options;
using RNNPool.Edge.Core;
using RNNPool.Edge.Host;
using RNNPool.Edge.Settings;
using RNNPool.Edge.Tests.Support;

namespace RNNPool.Edge.Tests.Settings;

/// <summary>Every configuration of configurations.txt gets the same verdict from <c>config check</c> and from the JSON schema.</summary>
public sealed class ConfigurationCorpusTests : IDisposable
{
    private static readonly string Corpus = Path.Combine(Samples.Root, "tests/RNNPool.Edge.Tests/Settings/configurations.txt");

    private const string Zone = """{"Name":"a","Polygon":"0,0 1,0 1,1"}""",
        BeginOfYard = """{"Camera":{"Name":"door"},"Cameras":{"yard":{"Source":"synthetic:","Zones":[""";

    private readonly string _file = Path.GetTempFileName();

    public static TheoryData<string, bool> Configurations
    {
        get
        {
            var rows = new TheoryData<string, bool>();
            foreach (string line in File.ReadAllLines(Corpus).Where(line => line.Length > 0 && line[0] != '#'))
            {
                int space = line.IndexOf(' ', StringComparison.Ordinal);
                rows.Add(line[(space + 1)..], line[..space] == "good");
            }

            return rows;
        }
    }

    /// <summary>The program also reads forms that the schema does not describe; docs/configuration.md lists them.</summary>
    public static TheoryData<string> OtherForms =>
        [
            """{"mqtt":{"port":1883}}""",
            """{"Mqtt":{"Port":"1883"}}""",
            """{"Mqtt":{"Port":null}}""",
            """{"Detector":{"Nms":"soft"}}""",
            """{"Events":{"Log":"false"}}""",
            """{"Camera":{"Source":"v4l2:/dev/video0","Controls":["off"]}}""",
        ];

    /// <summary>Rules that a schema cannot express; docs/configuration.md lists them.</summary>
    public static TheoryData<string> RulesBetweenSettings =>
        [
            """{"Presence":{"EnterThreshold":0.5,"LeaveThreshold":0.6}}""",
            """{"Presence":{"OffDelay":"02:00:00"}}""",
            """{"Presence":{"StationaryAfter":"00:00:05"}}""",
            """{"Presence":{"Zones":[{"Name":"a","Polygon":"0,0 1,0 1,1"},{"Name":"a","Polygon":"0,0 1,1 0,1"}]}}""",
            """{"Presence":{"Zones":[{"Name":"a","Polygon":"0,0 1,1 1,0 0,1"}]}}""",
            """{"Camera":{"ReopenDelay":"00:00:50","MaxReopenDelay":"00:00:40"}}""",
            """{"Camera":{"Source":"synthetic:?width=3"}}""",
            """{"Cameras":{"yard":{"Source":"synthetic:"}}}""",
            """{"Camera":{"Name":"/dev/video0"},"Cameras":{"yard":{"Source":"synthetic:"}}}""",
            """{"Camera":{"Name":"yard"},"Cameras":{"yard":{"Source":"synthetic:"}}}""",
            """{"Camera":{"Name":"door"},"Cameras":{"yard":{"Source":"synthetic:?width=3"}}}""",
            """{"Camera":{"Name":"door"},"Cameras":{"yard":{"Source":"synthetic:","Masks":["0,0 1,0 1,1 0,1"]}}}""",
            BeginOfYard + Zone + "," + Zone + "]}}}",
            BeginOfYard + Zone + """]}},"Presence":{"Zones":[""" + Zone + "]}}",
            """{"Gpio":{"Outputs":[{"Pin":"17","Source":"zone:yard"}]}}""",
            """{"Gpio":{"Outputs":[{"Pin":"17","Camera":"yard"}]}}""",
            """{"Camera":{"Name":"door"},"Gpio":{"Outputs":[{"Pin":"17","Camera":"yard"}]}}""",
            """{"Camera":{"Name":"door"},"Gpio":{"Outputs":[{"Pin":"17","Camera":"door","Source":"heartbeat"}]}}""",
            """{"Buzzer":{"Pin":"25","Source":"zone:yard"}}""",
            """{"Buzzer":{"Pin":"25","QuietWhenDark":true}}""",
            """{"LightSensor":{"Enabled":true,"Type":"Bh1750","Address":57}}""",
            """{"LightSensor":{"Enabled":true,"DarkBelow":10,"BrightAbove":5}}""",
            """{"PanTilt":{"Pan":{"Min":-91}}}""",
            """{"PanTilt":{"Pan":{"Min":10,"Max":10,"Home":10}}}""",
            """{"PanTilt":{"Tilt":{"Home":60}}}""",
            """{"PanTilt":{"Pan":{"Channel":1}}}""",
            """{"PanTilt":{"Driver":"Pwm","Tilt":{"Channel":4}}}""",
        ];

    /// <summary>Settings that name something unusable: a device starts with them, without the part.</summary>
    public static TheoryData<string> Unusable =>
        [
            """{"Gpio":{"Outputs":[{"Pin":"17"},{"Pin":"17"}]}}""",
            """{"Gpio":{"Outputs":[{"Pin":"17"}],"Inputs":[{"Pin":" 17"}]}}""",
            """{"Gpio":{"Outputs":[{"Pin":"17"}]},"Button":{"Pin":"17"}}""",
            """{"Mqtt":{"Host":"broker","UserName":"door","PasswordFile":"/does/not/exist"}}""",
            """{"Mqtt":{"Host":"broker","Tls":{"Enabled":true,"CaFile":"/does/not/exist.pem"}}}""",
            """{"Web":{"Listen":["0.0.0.0:8443"]}}""",
            """{"Web":{"Listen":["127.0.0.1:8461","127.0.0.1:8461"]}}""",
            """{"Web":{"Listen":["192.0.2.5:8461"]}}""",
            """{"Web":{"Tls":{"CertificateFile":"/does/not/exist.pem"}}}""",
            """{"Web":{"Tls":{"CertificateFile":"/etc/hostname"}}}""",
            """{"Model":{"Path":"/does/not/exist"}}""",
            """{"Presence":{"Labels":["car"]}}""",
        ];

    public void Dispose() => File.Delete(_file);

    /// <summary>What the checks of the sections in a file find beyond their validation.</summary>
    internal static IReadOnlyList<string> FindProblems(string file)
    {
        var composer = new DeviceComposer();
        string[] sections =
        [
            .. JsonDocument.Parse(File.ReadAllText(file)).RootElement.EnumerateObject().Select(section => section.Name + ":"),
        ];
        return composer.FindProblems(composer.Settings.Load(new SettingSources(file, [], SystemFile: false, SetUp: true)), sections);
    }

    [Theory]
    [MemberData(nameof(Unusable))]
    public void What_a_setting_names_is_opened_by_the_check_and_is_no_reason_not_to_start(string json)
    {
        Assert.Null(Check(json));
        Assert.True(Matches(json));

        IReadOnlyList<string> problems = FindProblems(_file);

        string section = JsonDocument.Parse(json).RootElement.EnumerateObject().Last().Name;
        Assert.All(problems, problem => Assert.StartsWith(section + ":", problem, StringComparison.Ordinal));
        Assert.NotEmpty(problems);
    }

    [Theory]
    [MemberData(nameof(Configurations))]
    public void Program_and_schema_agree(string json, bool good)
    {
        string? failure = Check(json);

        Assert.True(failure is null == good, failure ?? "the program accepts it");
        Assert.True(Matches(json) == good, "the schema disagrees");
    }

    [Fact]
    public void The_corpus_is_large() => Assert.True(Configurations.Count >= 120);

    [Theory]
    [MemberData(nameof(OtherForms))]
    public void Forms_outside_of_the_schema_are_read(string json)
    {
        Assert.Null(Check(json));
        Assert.False(Matches(json));
    }

    [Theory]
    [MemberData(nameof(RulesBetweenSettings))]
    public void Rules_that_only_the_program_knows(string json)
    {
        Assert.NotNull(Check(json));
        Assert.True(Matches(json));
    }

    private static bool Matches(string json) =>
        Json.Schema.JsonSchema.FromText(JsonSchema.Shipped).Evaluate(JsonDocument.Parse(json).RootElement).IsValid;

    private string? Check(string json)
    {
        File.WriteAllText(_file, json);
        try
        {
            var composer = new DeviceComposer();
            composer.Validate(composer.Settings.Load(new SettingSources(_file, [], SystemFile: false, SetUp: true)));
            return null;
        }
        catch (CommandException exception)
        {
            Assert.Equal(ExitCode.Configuration, exception.ExitCode);
            return exception.Message;
        }
        catch (Exception exception)
            when (exception is OptionsValidationException or AggregateException
                && SettingFailures.Read(exception) is { Length: > 0 } sentences
            )
        {
            return string.Join(' ', sentences);
        }
    }
}
