using System.Text.Json;
using RNNPool.Edge.Testing;
using RNNPool.Edge.Tests.Support;

namespace RNNPool.Edge.Tests.Cli.Model;

public sealed class ModelCommandTests : IDisposable
{
    private static readonly string Face = Path.Combine(Samples.Root, "models", "face-qvga");
    private static readonly string Inputs = Path.Combine(Samples.Root, "tests", "vectors", "face-qvga", "inputs");
    private readonly string _folder = Directory.CreateTempSubdirectory("model-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_package_is_quantized_verified_inspected_and_compared()
    {
        string pictures = Directory.CreateDirectory(Path.Combine(_folder, "pictures")).FullName,
            package = Path.Combine(_folder, "model.rnnp");
        foreach (string name in new[] { "crowd.png.png", "portrait-vga.jpg.png", "cup.jpg.png" })
            File.Copy(Path.Combine(Inputs, name), Path.Combine(pictures, name));

        (int code, string output, string error) = await CommandLine.InvokeAsync(
            "model",
            "quantize",
            "--arch",
            Path.Combine(Face, "arch.json"),
            "--weights",
            Path.Combine(Face, "weights.safetensors"),
            "--calibration",
            pictures,
            "--out",
            package,
            "--json"
        );
        Assert.Equal((0, ""), (code, error));
        JsonElement quantized = JsonDocument.Parse(output).RootElement;
        Assert.Equal(3, quantized.GetProperty("pictures").GetInt32());
        Assert.All(quantized.GetProperty("tensors").EnumerateArray(), tensor =>
            Assert.True(tensor.GetProperty("snrDb")[0].GetDouble() > 10)
        );

        (code, output, _) = await CommandLine.InvokeAsync("model", "verify", package, Face);
        Assert.Equal(0, code);
        Assert.Equal(2, output.Split(": valid").Length - 1);

        (code, output, _) = await CommandLine.InvokeAsync("model", "inspect", package, "--json");
        Assert.Equal(0, code);
        JsonElement inspected = JsonDocument.Parse(output).RootElement;
        Assert.Equal(new FileInfo(package).Length, inspected.GetProperty("bytes").GetInt64());
        Assert.Equal(inspected.GetProperty("arenaBytes").GetInt64(), inspected.GetProperty("arena").GetProperty("bytes").GetInt64());
        Assert.Equal("rnnPool", inspected.GetProperty("layers")[1].GetProperty("operation").GetString(), ignoreCase: true);

        (code, output, error) = await CommandLine.InvokeAsync("model", "compare", Face, pictures, "--package", package, "--json");
        Assert.Equal((0, ""), (code, error));
        JsonElement detections = JsonDocument.Parse(output).RootElement.GetProperty("detections");
        Assert.InRange(detections.GetProperty("floatCount").GetInt32(), 5, 50);
        Assert.InRange(
            detections.GetProperty("commonCount").GetInt32(),
            detections.GetProperty("floatCount").GetInt32() - 2,
            detections.GetProperty("floatCount").GetInt32()
        );
    }

    [Fact]
    public async Task A_key_is_made_and_signs_folders_and_packages()
    {
        string folder = Directory.CreateDirectory(Path.Combine(_folder, "faces")).FullName,
            package = Path.Combine(folder, "model.rnnp"),
            file = Path.Combine(_folder, "key.pem");
        foreach (string name in new[] { "arch.json", "model.onnx", "model.rnnp" })
            File.Copy(Path.Combine(Face, name), Path.Combine(folder, name));

        (int code, string output, string error) = await CommandLine.InvokeAsync("model", "keygen", "--out", file);
        Assert.Equal((0, ""), (code, error));
        string key = output.Trim();
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        byte[] before = File.ReadAllBytes(file);
        Assert.Equal(1, (await CommandLine.InvokeAsync("model", "keygen", "--out", file)).Code);
        Assert.Equal(before, File.ReadAllBytes(file));

        Assert.Equal(1, (await CommandLine.InvokeAsync("model", "verify", "--key", key, folder)).Code);
        (code, output, error) = await CommandLine.InvokeAsync("model", "sign", "--key", file, folder, package, "--json");
        Assert.Equal((0, ""), (code, error));
        Assert.Equal(
            [Path.Combine(folder, "model.sig"), package + ".sig"],
            JsonDocument.Parse(output).RootElement.EnumerateArray().Select(entry => entry.GetProperty("file").GetString())
        );
        (code, output, error) = await CommandLine.InvokeAsync("model", "verify", "--key", key, folder, package, "--json");
        Assert.Equal((0, ""), (code, error));
        Assert.All(JsonDocument.Parse(output).RootElement.EnumerateArray(), entry =>
            Assert.Equal(key, entry.GetProperty("key").GetString())
        );

        File.AppendAllText(Path.Combine(folder, "arch.json"), " ");
        Assert.Equal(1, (await CommandLine.InvokeAsync("model", "verify", "--key", key, folder)).Code);
        Assert.Equal(0, (await CommandLine.InvokeAsync("model", "verify", "--key", key, package)).Code);
        Assert.Equal(2, (await CommandLine.InvokeAsync("model", "verify", "--key", "short", folder)).Code);
        Assert.Equal(1, (await CommandLine.InvokeAsync("model", "sign", "--key", package, folder)).Code);
        Assert.Equal(1, (await CommandLine.InvokeAsync("model", "sign", "--key", file, _folder)).Code);
    }

    [Fact]
    public async Task Annotations_give_the_average_precision_of_both()
    {
        string csv = Path.Combine(_folder, "annotations.csv");
        await File.WriteAllTextAsync(
            csv,
            $"image,width,height,x,y,w,h\n{Path.Combine(Inputs, "cup.jpg.png")},320,240,,,,\n"
                + $"{Path.Combine(Inputs, "portrait-grey-qvga.png.png")},320,240,90,20,80,90\n",
            TestContext.Current.CancellationToken
        );
        (int code, string output, string error) = await CommandLine.InvokeAsync("model", "compare", Face, csv);
        Assert.Equal((0, ""), (code, error));
        Assert.Contains("AP@0.5", output, StringComparison.Ordinal);
        Assert.Contains("h32.box", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_damaged_package_is_named_and_the_others_are_checked_all_the_same()
    {
        string damaged = Path.Combine(_folder, "damaged.rnnp");
        byte[] bytes = await File.ReadAllBytesAsync(Path.Combine(Face, "model.rnnp"), TestContext.Current.CancellationToken);
        bytes[5000] ^= 1;
        await File.WriteAllBytesAsync(damaged, bytes, TestContext.Current.CancellationToken);
        (int code, string output, string error) = await CommandLine.InvokeAsync("model", "verify", damaged, Face);
        Assert.Equal(1, code);
        Sentence.AssertNames(error, $"error: {damaged}: |SHA-256");
        Assert.Contains(": valid", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("model", "", "rnnpool-edge model --help")]
    [InlineData(
        "model quantize --arch a --weights b --calibration c --out d --pictures 0",
        "--pictures|0|1|100000",
        "rnnpool-edge model quantize --help"
    )]
    [InlineData("model compair x", "'compair'|compare", "rnnpool-edge model --help")]
    public async Task A_wrong_command_line_is_one_sentence_and_a_hint(string arguments, string names, string hint)
    {
        (int code, _, string error) = await CommandLine.InvokeAsync(arguments.Split(' '));
        Assert.Equal(2, code);
        Sentence.AssertNames(error, names);
        Assert.Contains(hint, error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failed_quantization_leaves_the_old_package()
    {
        string package = Path.Combine(_folder, "model.rnnp");
        await File.WriteAllTextAsync(package, "old", TestContext.Current.CancellationToken);
        (int code, _, string error) = await CommandLine.InvokeAsync(
            "model",
            "quantize",
            "--arch",
            Path.Combine(Face, "arch.json"),
            "--weights",
            Path.Combine(Face, "model.onnx"),
            "--calibration",
            Inputs,
            "--out",
            package
        );
        Assert.Equal(1, code);
        Assert.StartsWith("error: ", error, StringComparison.Ordinal);
        Assert.Equal("old", await File.ReadAllTextAsync(package, TestContext.Current.CancellationToken));
    }
}
