using System.IO.Hashing;
using System.Text.Json;
using RNNPool.Edge.Testing;
using RNNPool.Edge.Tests.Support;

namespace RNNPool.Edge.Tests.Cli;

public sealed class CommandLineTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("cli-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Version_is_one_line()
    {
        (int code, string output, string error) = await CommandLine.RunAsync("--version");

        Assert.Equal(0, code);
        Assert.Matches(@"^rnnpool-edge \d+\.\d+\.\d+(\+[0-9a-f]{7})?\n$", output);
        Assert.Empty(error);
    }

    [Theory]
    [InlineData("--help", "run,watch,detect,eval,doctor,demo,password,version")]
    [InlineData("watch --help", "--url,--token,--token-file,--once,--json")]
    [InlineData("password --help", "set,remove,status,setup")]
    [InlineData("password set --help", "--json,--config,--set")]
    [InlineData("model list --help", "--json,--model")]
    [InlineData("run --help", "--camera,--mqtt,--gpio,--config,--set")]
    [InlineData("detect --help", "--json,--annotate,--threshold,<FILE>")]
    [InlineData("eval --help", "--plot,--json,<ANNOTATIONS>")]
    [InlineData("doctor --help", "--json,--config")]
    [InlineData("demo --help", "--once,--port,--coprocessor,--fps")]
    [InlineData("mcu --help", "info,upload,detect,bench,monitor")]
    [InlineData("mcu info --help", "--endpoint,--json,--config")]
    [InlineData("mcu upload --help", "--endpoint,--json,<MODEL>")]
    [InlineData("mcu detect --help", "--endpoint,--json,--compare,--model,--raw,<FILE>")]
    [InlineData("mcu bench --help", "--endpoint,--json,--frames,--picture,--raw")]
    [InlineData("mcu monitor --help", "--endpoint,--json,--interval,--count")]
    public async Task Help_names_every_option_and_has_examples(string arguments, string expected)
    {
        (int code, string output, _) = await CommandLine.InvokeAsync(arguments.Split(' '));

        Assert.Equal(0, code);
        foreach (string word in expected.Split(',').Append("Examples:"))
            Assert.Contains(word, output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "", "rnnpool-edge --help")]
    [InlineData("detct x.jpg", "'detct'|detect", "rnnpool-edge --help")]
    [InlineData("run --bogus", "'--bogus'", "rnnpool-edge run --help")]
    [InlineData("run --camra x", "'--camra'|--camera", "rnnpool-edge run --help")]
    [InlineData("detect --jsn a.jpg", "'--jsn'|--json", "rnnpool-edge detect --help")]
    [InlineData("bench --bogus face-qvga", "'--bogus'", "rnnpool-edge bench --help")]
    [InlineData("detect", "'FILE'|'detect'", "rnnpool-edge detect --help")]
    [InlineData("demo --port x", "--port is 'x'", "rnnpool-edge demo --help")]
    [InlineData("eval a.csv --plot a.png", "--plot|a.png|.svg", "rnnpool-edge eval --help")]
    [InlineData("mcu infos", "'infos'|info", "rnnpool-edge mcu --help")]
    [InlineData("mcu bench --frames 0", "--frames|1|100000", "rnnpool-edge mcu bench --help")]
    [InlineData("mcu info", "", "--endpoint")]
    [InlineData("watch --url door.local", "--url|'door.local'", "--token-file")]
    [InlineData("watch --token a --token-file b", "--token|--token-file", "")]
    [InlineData("watch --port 1", "'--port'", "rnnpool-edge watch --help")]
    [InlineData("run --set nonsense", "--set|nonsense|KEY=VALUE", "Presence:OffDelay=")]
    public async Task A_wrong_command_line_is_one_sentence_and_a_hint_with_exit_code_2(string arguments, string names, string hint)
    {
        (int code, string output, string error) = await CommandLine.InvokeAsync(
            arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries)
        );

        Assert.Equal(2, code);
        Assert.Empty(output);
        string[] lines = error.TrimEnd().Split('\n');
        Assert.Equal(2, lines.Length);
        Assert.StartsWith("error: ", lines[0], StringComparison.Ordinal);
        Sentence.AssertNames(lines[0], names);
        Assert.StartsWith("hint: ", lines[1], StringComparison.Ordinal);
        Assert.Contains(hint, lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Behind_two_dashes_a_name_may_begin_like_an_option()
    {
        (int code, _, string error) = await CommandLine.InvokeAsync("detect", "--", "--jsn");

        Assert.Equal(1, code);
        Assert.StartsWith("error: --jsn: ", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Faces_are_found_in_the_portrait_and_the_table_is_aligned()
    {
        (int code, string output, string error) = await CommandLine.RunAsync("detect", "samples/pictures/astronaut.jpg");

        Assert.Equal(0, code);
        Assert.Empty(error);
        Assert.DoesNotContain('\u001b', output);
        string[] lines = [.. output.Split('\n').Where(line => line.Trim().Length > 0)];
        Assert.Matches(@"file +label +score +x +y +width +height +ms", lines[0]);
        Assert.Contains("face", lines[2], StringComparison.Ordinal);
        Assert.Single(lines.Select(line => line.Length).Distinct());
    }

    [Fact]
    public async Task On_a_narrow_terminal_a_table_of_figures_becomes_lines_that_are_not_broken()
    {
        using CommandLine detect = CommandLine.StartOnTerminal(50, 24, "detect", "samples/pictures/astronaut.jpg");

        Assert.Equal(0, await detect.ExitAsync());
        Assert.Matches(@" +file +samples/pictures/astronaut\.jpg *\r\n +label +face *\r\n +score +0\.\d{3} *\r\n", detect.Output);
        Assert.DoesNotContain("─", detect.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Detections_as_json_have_pixels_and_fractions_and_the_face_is_where_it_is()
    {
        (int code, string output, _) = await CommandLine.InvokeAsync("detect", "--json", "samples/pictures/astronaut.jpg");

        Assert.Equal(0, code);
        JsonElement file = Assert.Single(JsonDocument.Parse(output).RootElement.EnumerateArray());
        Assert.Equal((512, 512), (file.GetProperty("width").GetInt32(), file.GetProperty("height").GetInt32()));
        Assert.True(file.GetProperty("ms").GetDouble() > 0);
        JsonElement best = file.GetProperty("detections")[0];
        Assert.Equal("face", best.GetProperty("label").GetString());
        JsonElement box = best.GetProperty("box");
        double x = box.GetProperty("x").GetDouble() + (box.GetProperty("width").GetDouble() / 2);
        double y = box.GetProperty("y").GetDouble() + (box.GetProperty("height").GetDouble() / 2);
        Assert.InRange(x, 200, 250);
        Assert.InRange(y, 90, 145);
        Assert.Equal(box.GetProperty("x").GetDouble() / 512, best.GetProperty("boxFraction").GetProperty("x").GetDouble(), 3);
    }

    [Fact]
    public async Task Nothing_found_is_exit_code_3()
    {
        (int code, string output, string error) = await CommandLine.InvokeAsync(
            "detect",
            "--threshold",
            "0.9999",
            "samples/pictures/chelsea.jpg"
        );

        Assert.Equal(3, code);
        Assert.Contains("(nothing)", output, StringComparison.Ordinal);
        Assert.Empty(error);
    }

    [Fact]
    public async Task Annotated_copies_are_written_next_to_nobody()
    {
        string target = Path.Combine(_folder, "new", "folder");
        (int code, _, _) = await CommandLine.InvokeAsync(
            "detect",
            "--annotate",
            target,
            "samples/pictures/astronaut.jpg",
            "samples/pictures/astronaut.jpg"
        );

        Assert.Equal(0, code);
        Assert.Equal(
            ["astronaut.2.detections.jpg", "astronaut.detections.jpg"],
            Directory.EnumerateFiles(target).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public async Task Bad_pictures_are_told_one_by_one_and_the_good_one_is_still_done()
    {
        string empty = Write("empty.jpg", []);
        string text = Write("text.jpg", "This is not a picture, despite its name."u8.ToArray());
        byte[] jpeg = File.ReadAllBytes(Path.Combine(Samples.Root, "samples/pictures/astronaut.jpg"));
        string truncated = Write("truncated.jpg", jpeg[..400]);
        string huge = Write("huge.png", HugePng(20000, 10000));
        string missing = Path.Combine(_folder, "missing.jpg");

        (int code, string output, string error) = await CommandLine.InvokeAsync(
            "detect",
            empty,
            text,
            truncated,
            huge,
            missing,
            _folder,
            "samples/pictures/astronaut.jpg"
        );

        Assert.Equal(1, code);
        string[] lines = error.TrimEnd().Split('\n');
        string[] names = [empty, text, truncated, huge, missing, _folder];
        Assert.Equal(names.Length, lines.Length);
        for (int i = 0; i < names.Length; i++)
            Assert.StartsWith($"error: {names[i]}", lines[i], StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
        Assert.Contains("astronaut.jpg", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bad_pictures_in_json_carry_their_errors()
    {
        (int code, string output, _) = await CommandLine.InvokeAsync("detect", "--json", Path.Combine(_folder, "missing.jpg"));

        Assert.Equal(1, code);
        Assert.Contains(
            "missing.jpg",
            JsonDocument.Parse(output).RootElement[0].GetProperty("error").GetString(),
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("--model", "no-such-model", 1, "no-such-model")]
    [InlineData("--threshold", "2", 4, "--threshold is 2;")]
    [InlineData("--threads", "x", 4, "--threads is 'x';")]
    [InlineData("--set", "Detector:ScoreThreshold=2", 4, "Detector:ScoreThreshold is 2;")]
    [InlineData("--config", "/nonexistent.json", 4, "/nonexistent.json")]
    [InlineData("--set", "Foo:Bar=1", 4, "Foo:Bar")]
    [InlineData("--set", "Detektor:Nms=Soft", 4, "Detektor:Nms|Detector:Nms")]
    public async Task Wrong_settings_name_what_was_used_the_value_and_what_is_allowed(
        string option,
        string value,
        int expected,
        string names
    )
    {
        (int code, _, string error) = await CommandLine.InvokeAsync("detect", "samples/pictures/astronaut.jpg", option, value);

        Assert.Equal(expected, code);
        Assert.StartsWith("error: ", error, StringComparison.Ordinal);
        Sentence.AssertNames(error, names + "|hint: ");
    }

    [Fact]
    public async Task A_model_whose_shapes_disagree_is_one_sentence()
    {
        string model = Path.Combine(_folder, "model");
        Directory.CreateDirectory(model);
        string source = Path.Combine(Samples.Root, "models/face-qvga");
        File.Copy(Path.Combine(source, "model.onnx"), Path.Combine(model, "model.onnx"));
        string arch = File.ReadAllText(Path.Combine(source, "arch.json"));
        File.WriteAllText(Path.Combine(model, "arch.json"), arch.Replace("\"width\": 320", "\"width\": 160", StringComparison.Ordinal));

        (int code, _, string error) = await CommandLine.InvokeAsync("detect", "--model", model, "samples/pictures/astronaut.jpg");

        Assert.Equal(1, code);
        Assert.StartsWith("error: ", error, StringComparison.Ordinal);
        Assert.Contains("model.onnx", error, StringComparison.Ordinal);
        Assert.Equal(2, error.TrimEnd().Split('\n').Length);
    }

    [Fact]
    public async Task An_evaluation_prints_the_promised_figures()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "images"));
        File.Copy(Path.Combine(Samples.Root, "samples/pictures/astronaut.jpg"), Path.Combine(_folder, "images/a.jpg"));
        File.Copy(Path.Combine(Samples.Root, "samples/pictures/chelsea.jpg"), Path.Combine(_folder, "images/c.jpg"));
        string csv = Write(
            "set.csv",
            """
            image,width,height,source,x,y,w,h,ignore,origin
            images/a.jpg,512,512,nasa,172,58,106,124,0,human
            images/c.jpg,451,300,cat,,,,,,

            """u8.ToArray()
        );
        string plot = Path.Combine(_folder, "curve.svg");

        (int code, string output, string error) = await CommandLine.InvokeAsync("eval", csv, "--json", "--plot", plot);

        Assert.Equal(0, code);
        Assert.Empty(error);
        JsonElement figures = JsonDocument.Parse(output).RootElement;
        Assert.Equal(2, figures.GetProperty("images").GetInt32());
        Assert.Equal(1, figures.GetProperty("faces").GetInt32());
        Assert.Equal(1, figures.GetProperty("ap50").GetDouble());
        Assert.Equal(1, figures.GetProperty("recall").GetDouble());
        Assert.InRange(figures.GetProperty("precision").GetDouble(), 0.1, 1);
        Assert.True(figures.GetProperty("medianMs").GetDouble() > 0);
        Assert.StartsWith("<svg", File.ReadAllText(plot), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("image,width\n", "bad.csv|1|height, x, y, w, h")]
    [InlineData("image,width,height,x,y,w,h\na.jpg,10,10,1,1,x,5\n", "bad.csv|2|w|'x'")]
    [InlineData("image,width,height,x,y,w,h\ngone.jpg,10,10,1,1,5,5\n", "gone.jpg")]
    public async Task Wrong_annotations_name_the_line(string text, string names)
    {
        string csv = Write("bad.csv", System.Text.Encoding.UTF8.GetBytes(text));

        (int code, _, string error) = await CommandLine.InvokeAsync("eval", csv);

        Assert.Equal(1, code);
        Sentence.AssertNames(error, names);
    }

    [Fact]
    public async Task Doctor_says_what_is_wrong_and_how_to_fix_it()
    {
        (int code, string output, _) = await CommandLine.InvokeAsync(
            "doctor",
            "--json",
            "--camera",
            "images:/nonexistent",
            "--mqtt",
            "127.0.0.1",
            "--set",
            "Mqtt:Port=1",
            "--gpio",
            "17",
            "--set",
            "Gpio:Simulated=true",
            "--port",
            "0"
        );

        Assert.Equal(1, code);
        Dictionary<string, JsonElement> checks = JsonDocument
            .Parse(output)
            .RootElement.EnumerateArray()
            .ToDictionary(check => check.GetProperty("check").GetString()!);
        string[] expected =
        [
            "settings ok",
            "model ok",
            "signature off",
            "coprocessor off",
            "camera failed",
            "gpio ok",
            "parts off",
            "broker failed",
            "device off",
            "permissions off",
            "port ok",
            "folders ok",
            "network ok",
            "parts off",
        ];
        Assert.All(expected.Select(line => line.Split(' ')), line =>
            Assert.Equal(line[1], checks[line[0]].GetProperty("outcome").GetString())
        );
        Assert.Equal("settings", checks.Keys.First());

        // The outcomes of these depend on the machine.
        Assert.Equal(["clock", "disk", "power", "temperature"], checks.Keys.Except(expected.Select(line => line.Split(' ')[0])).Order());
        Assert.Contains("/nonexistent", checks["camera"].GetProperty("finding").GetString(), StringComparison.Ordinal);
        Assert.Contains("--camera", checks["camera"].GetProperty("fix").GetString(), StringComparison.Ordinal);
        Assert.Contains("--mqtt", checks["broker"].GetProperty("fix").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_healthy_machine_passes_the_doctor()
    {
        (int code, string output, _) = await CommandLine.InvokeAsync("doctor", "--camera", "synthetic:", "--port", "0");

        Assert.Equal(0, code);
        Sentence.AssertNames(output, "face-qvga|simd");
    }

    private string Write(string name, byte[] bytes)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    /// <summary>A PNG that has a header of 200 megapixels, and nothing to show.</summary>
    private static byte[] HugePng(int width, int height)
    {
        var header = new List<byte> { 0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13 };
        byte[] chunk = [(byte)'I', (byte)'H', (byte)'D', (byte)'R', .. BigEndian(width), .. BigEndian(height), 8, 0, 0, 0, 0];
        return
        [
            .. header,
            .. chunk,
            .. BigEndian((int)Crc32.HashToUInt32(chunk)),
            0,
            0,
            0,
            0,
            (byte)'I',
            (byte)'D',
            (byte)'A',
            (byte)'T',
            .. BigEndian((int)Crc32.HashToUInt32("IDAT"u8)),
        ];
    }

    private static byte[] BigEndian(int value) => [(byte)(value >> 24), (byte)(value >> 16), (byte)(value >> 8), (byte)value];
}
