using System.Text.Json;
using RNNPool.Edge.Testing;
using RNNPool.Edge.Tests.Sinks.Mqtt;
using RNNPool.Edge.Tests.Support;
using RNNPool.Edge.Web.Stream;

namespace RNNPool.Edge.Tests.Cli;

public sealed class RunCommandTests
{
    private const int CameraOpen = 1000,
        CameraLost = 1001,
        Announced = 1200;

    /// <summary>The web SDK enables server garbage collection by default, with a heap per core; a small machine lacks the memory.</summary>
    [Fact]
    public async Task The_program_runs_on_one_garbage_collected_heap()
    {
        string settings = await File.ReadAllTextAsync(
            Path.Combine(AppContext.BaseDirectory, "rnnpool-edge.runtimeconfig.json"),
            TestContext.Current.CancellationToken
        );

        Assert.Contains("\"System.GC.Server\": false", settings, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(CommandLine.Interrupt)]
    [InlineData(CommandLine.Terminate)]
    public async Task A_signal_stops_the_service_in_good_time_and_order(int signal)
    {
        using CommandLine device = CommandLine.Start("run", "--camera", "synthetic:?rate=30", "--port", "0");
        await device.AddressAsync();

        device.Signal(signal);

        // The exit code of a stop in time.
        Assert.Equal(0, await device.ExitAsync());
        Assert.Empty(device.Error);
    }

    [Fact]
    public async Task Ctrl_C_stops_in_good_time_even_with_a_broker_that_is_not_there_and_a_camera_that_is_lost()
    {
        using CommandLine device = CommandLine.Start(
            "run",
            "--camera",
            "images:/nonexistent",
            "--port",
            "0",
            "--mqtt",
            "127.0.0.1",
            "--set",
            "Mqtt:Port=1"
        );
        await device.AddressAsync();
        await Wait.UntilAsync(() => device.Logged(CameraLost).Length > 0, "the camera is lost", () => [device.Output]);

        device.Signal(CommandLine.Interrupt);

        Assert.Equal(0, await device.ExitAsync());
    }

    [Theory]
    [InlineData("-")]
    [InlineData("/dev/stdin")]
    public async Task A_picture_may_come_from_standard_input(string name)
    {
        string picture = Path.Combine(Samples.Root, "samples/pictures/astronaut.jpg"),
            program = CommandLine.Quote("detect", name, "--json");
        using CommandLine detect = CommandLine.Start("sh", ["-c", $"cat '{picture}' | {program}"]);

        Assert.Equal(0, await detect.ExitAsync());
        JsonElement result = Assert.Single(JsonDocument.Parse(detect.Output).RootElement.EnumerateArray());
        Assert.Equal((name, 512), (result.GetProperty("file").GetString(), result.GetProperty("width").GetInt32()));
        Assert.NotEmpty(result.GetProperty("detections").EnumerateArray());
    }

    [Fact]
    public async Task An_unconfigured_device_is_no_failure_of_the_doctor()
    {
        (int code, string output, _) = await CommandLine.InvokeAsync("doctor", "--json", "--port", "0");

        JsonElement camera = JsonDocument
            .Parse(output)
            .RootElement.EnumerateArray()
            .Single(check => check.GetProperty("check").GetString() == "camera");
        Assert.Equal((0, "off"), (code, camera.GetProperty("outcome").GetString()));
    }

    [Fact]
    public async Task Ctrl_C_stops_an_evaluation_with_exit_code_130()
    {
        using var folder = new TemporaryFolder();
        string csv = Path.Combine(folder.Path, "set.csv");
        string picture = Path.Combine(Samples.Root, "samples/pictures/astronaut.jpg");
        for (int i = 0; i < 2000; i++)
            File.CreateSymbolicLink(Path.Combine(folder.Path, $"{i}.jpg"), picture);

        // The second picture is no link: once it is being read, the evaluation is in the midst of its work.
        string second = Path.Combine(folder.Path, "1.jpg");
        File.Delete(second);
        File.Copy(picture, second);
        File.WriteAllLines(csv, Enumerable.Range(0, 2000).Select(i => $"{i}.jpg,512,512,,,,").Prepend("image,width,height,x,y,w,h"));
        var read = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var watcher = new FileSystemWatcher(folder.Path, "1.jpg") { NotifyFilter = NotifyFilters.LastAccess };
        watcher.Changed += (_, _) => read.TrySetResult();
        watcher.EnableRaisingEvents = true;
        using CommandLine evaluation = CommandLine.Start("eval", csv);
        await read.Task.WaitAsync(Wait.Patience, TestContext.Current.CancellationToken);

        evaluation.Signal(CommandLine.Interrupt);

        Assert.Equal(130, await evaluation.ExitAsync());
    }

    [Fact]
    public async Task The_state_and_the_health_of_a_real_process_answer()
    {
        using CommandLine device = CommandLine.Start(
            "run",
            "--camera",
            $"images:{Samples.Root}/samples/demo?rate=10&loop=true",
            "--port",
            "0"
        );
        Uri address = await device.AddressAsync();
        using var client = new HttpClient { BaseAddress = address };
        await Wait.UntilAsync(() => device.Logged(Announced).Length > 0, "a face", () => [device.Output, device.Error]);

        JsonElement state = JsonDocument
            .Parse(await client.GetStringAsync(new Uri("/api/state", UriKind.Relative), TestContext.Current.CancellationToken))
            .RootElement;
        using HttpResponseMessage health = await client.GetAsync(
            new Uri("/health", UriKind.Relative),
            TestContext.Current.CancellationToken
        );

        Assert.True(state.GetProperty("occupied").GetBoolean());
        Assert.Equal("simd", state.GetProperty("engine").GetProperty("name").GetString());
        string mapped = await File.ReadAllTextAsync($"/proc/{device.ProcessId}/maps", TestContext.Current.CancellationToken);
        Assert.DoesNotContain("libonnxruntime", mapped, StringComparison.OrdinalIgnoreCase);
        Assert.True(health.IsSuccessStatusCode);
    }

    [Fact]
    public async Task A_killed_device_is_offline_by_its_will()
    {
        await using Mosquitto broker = await Mosquitto.StartAsync();
        await using Listener listener = await Listener.ConnectAsync(broker.Port, "t/#");
        using CommandLine device = CommandLine.Start(
            "run",
            "--camera",
            "synthetic:",
            "--port",
            "0",
            "--mqtt",
            "127.0.0.1",
            "--set",
            $"Mqtt:Port={broker.Port}",
            "--set",
            "Mqtt:TopicPrefix=t"
        );
        await Wait.UntilAsync(
            () => listener.On("t/availability").LastOrDefault() == "online",
            "online",
            () => [device.Output, device.Error]
        );

        device.Signal(CommandLine.Kill);

        await Wait.UntilAsync(() => listener.On("t/availability").LastOrDefault() == "offline", "offline");
    }

    /// <summary>The second device ends before it opens the camera and the journal of the first one.</summary>
    [Fact]
    public async Task A_port_in_use_names_its_holder_before_anything_is_opened()
    {
        using var folder = new TemporaryFolder();
        using CommandLine first = CommandLine.Start("run", "--camera", "synthetic:", "--port", "0");
        Uri address = await first.AddressAsync();

        using CommandLine second = CommandLine.Start(
            "run",
            "--camera",
            "synthetic:",
            "--port",
            $"{address.Port}",
            "--set",
            $"Device:StateFolder={folder.Path}"
        );

        Assert.Equal(1, await second.ExitAsync());
        Sentence.AssertNames(
            second.Error,
            $"error: |{address.Port}|rnnpool-edge (process {first.ProcessId},|hint: |{address.Authority}|--port"
        );
        Assert.DoesNotContain("   at ", second.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(folder.Path));
        Assert.Empty(second.Logged(CameraOpen));
    }

    [Fact]
    public async Task The_address_is_the_last_line_of_the_start_on_a_terminal_and_the_lines_are_short()
    {
        using CommandLine device = CommandLine.StartOnTerminal(100, 40, "run", "--camera", "synthetic:", "--port", "0");
        Uri address = await device.AddressOnTerminalAsync();
        string[] lines = device.Output.TrimEnd().Split('\n');

        Assert.Contains(address.Authority, lines[^1], StringComparison.Ordinal);
        Assert.All(lines.Skip(1), line => Assert.Matches("^[0-9]{2}:[0-9]{2}:[0-9]{2}  [^\\[{]+$", line.TrimEnd('\r')));
    }

    [Fact]
    public async Task A_closed_terminal_stops_the_device_in_good_order()
    {
        using var folder = new TemporaryFolder();
        string code = Path.Combine(folder.Path, "code"),
            program = CommandLine.Quote("run", "--camera", "synthetic:", "--port", "0");

        // The kernel sends the signal to the first shell, and when that has ended to the others. The second one survives it.
        string script = Path.Combine(folder.Path, "run.sh");
        File.WriteAllText(script, $"trap : HUP\n{program}\necho $? > '{code}.new'\nmv '{code}.new' '{code}'\n");
        using CommandLine terminal = CommandLine.StartShellOnTerminal($"sh '{script}'; true");
        await terminal.AddressOnTerminalAsync();

        terminal.Signal(CommandLine.Kill);

        await Wait.UntilAsync(() => File.Exists(code), "the end of the device");
        Assert.Equal("0", File.ReadAllText(code).Trim());
    }

    [Fact]
    public async Task A_log_in_JSON_has_an_object_a_line()
    {
        using CommandLine device = CommandLine.Start("run", "--camera", "synthetic:", "--port", "0", "--set", "Logging:Format=Json");
        await Wait.UntilAsync(() => device.Output.Contains("\"EventId\":2,", StringComparison.Ordinal), "the start", () => [device.Output]);
        device.Signal(CommandLine.Terminate);
        Assert.Equal(0, await device.ExitAsync());

        Assert.All(device.Output.TrimEnd().Split('\n'), line =>
            Assert.Equal(JsonValueKind.Object, JsonDocument.Parse(line).RootElement.ValueKind)
        );
    }

    [Fact]
    public async Task Settings_come_from_the_file_the_environment_and_the_command_line_in_that_order()
    {
        string file = Path.GetTempFileName();
        File.WriteAllText(
            file,
            """{ "Camera": { "Source": "synthetic:", "Name": "file" }, "Web": { "Port": 1 }, "Mqtt": { "Port": 2 } }"""
        );
        string program = CommandLine.Program;
        using CommandLine device = CommandLine.Start(
            program,
            ["run", "--config", file, "--port", "0", "--set", "Mqtt:Port=99999"],
            ("RNNPOOL_EDGE_MQTT__PORT", "88888"),
            ("RNNPOOL_EDGE_WEB__PORT", "3")
        );

        Assert.Equal(4, await device.ExitAsync());
        Sentence.AssertNames(device.Error, "error: |Mqtt:Port|99999|65535");
        File.Delete(file);
    }

    [Theory]
    [InlineData("""{ "Mqtt": { "Hots": "x" } }""", "Mqtt:Hots|FILE|Mqtt:Host")]
    [InlineData("""{ "Mqtt": { "Port": "many" } }""", "Mqtt:Port|FILE|'many'")]
    [InlineData("""{ "Presence": { "OffDelay": "soon" } }""", "Presence:OffDelay|FILE|'soon'")]
    [InlineData(
        """{ "Gpio": { "Outputs": [{ "Pin": "17", "ActiveLow": "perhaps" }] } }""",
        "Gpio:Outputs:0:ActiveLow|FILE|'perhaps'|true|false"
    )]
    [InlineData("""{ "Gpio": { "Pin": 17 } }""", "Gpio:Pin|FILE|Gpio:Outputs:0:Pin")]
    [InlineData(
        """{ "Gpio": { "Outputs": [{ "Pin": "17", "Source": "zone:porch" }] } }""",
        "Gpio:Outputs:0:Source|'zone:porch'|Presence:Zones"
    )]
    [InlineData("""{ "Detector": { "Nms": "Firm" } }""", "Detector:Nms|FILE|'Firm'|Hard|Soft")]
    [InlineData("""{ "Mqtt": """, "FILE|1|11")]
    [InlineData("{\n  \"Mqtt\": { \"Port\": 1 }\n  \"Web\": {}\n}", "FILE|3")]
    [InlineData("""{ "Web": { "Port": 1 }, "web": { "port": 2 } }""", "FILE|'web:port'")]
    [InlineData("""{ "Presence": { "Zones": "all" } }""", "Presence:Zones|FILE|'all'")]
    [InlineData("""{ "Mqtt": { "Host": [ "a" ] } }""", "Mqtt:Host|FILE")]
    [InlineData("""[1]""", "FILE")]
    public async Task A_wrong_configuration_file_is_one_sentence_with_exit_code_4(string text, string names)
    {
        string file = Path.GetTempFileName();
        File.WriteAllText(file, text);

        (int code, _, string error) = await CommandLine.InvokeAsync("config", "check", "--camera", "synthetic:", "--config", file);

        Assert.Equal(4, code);
        Assert.StartsWith("error: ", error, StringComparison.Ordinal);
        Sentence.AssertNames(error, names.Replace("FILE", file, StringComparison.Ordinal));
        Assert.Equal(2, error.TrimEnd().Split('\n').Length);
        File.Delete(file);
    }
}
