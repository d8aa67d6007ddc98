using System.Text.Json;
using RNNPool.Edge.Testing;
using RNNPool.Edge.Tests.Cli;
using RNNPool.Edge.Tests.Support;

namespace RNNPool.Edge.Tests.Host;

/// <summary>
/// A whole device with a part that cannot start runs without it, reports it, and keeps its page, on which the setting can be corrected.
/// </summary>
public sealed class BrokenPartTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Health component and settings; FOLDER stands for a folder of the test.</summary>
    public static TheoryData<string, string[]> Broken =>
        new()
        {
            { "mqtt", ["Mqtt:Host=127.0.0.1", "Mqtt:Tls:Enabled=true", "Mqtt:Tls:CaFile=/nowhere/ca.pem"] },
            { "mqtt", ["Mqtt:Host=127.0.0.1", "Mqtt:UserName=door", "Mqtt:PasswordFile=/nowhere/password"] },
            { "page", ["Web:Listen:0=127.0.0.1:0", "Web:Tls:CertificateFile=/nowhere/page.pem"] },
            { "page", ["Web:Listen:0=127.0.0.1:0", "Web:Tls:CertificateFile=FOLDER/damaged/model.onnx"] },
            { "page", ["Web:Listen:0=192.0.2.5:8461"] },
            { "page", ["Web:Listen:0=127.77.0.1:8461", "Web:Listen:1=127.77.0.1:8461", "Web:Listen:2=192.0.2.5:8461"] },
            { "gpio", ["Gpio:Outputs:0:Pin=no-such-line"] },
            { "parts", ["Button:Pin=no-such-line"] },
            { "parts", ["Oled:Enabled=true", "Oled:Bus=63"] },
            { "parts", ["LightSensor:Enabled=true", "LightSensor:Bus=63"] },
            { "coprocessor", ["Coprocessor:Endpoint=serial:///nowhere/port"] },
            { "journal", ["Device:StateFolder=/proc/nowhere"] },
            { "model", ["Model:Path=/nowhere/model"] },
            { "model", ["Model:Path=FOLDER/damaged"] },
            { "model", ["Model:Path=FOLDER/empty"] },
            { "model", ["Model:Path=FOLDER/short"] },
            { "model", ["Model:Path=FOLDER/other"] },
        };

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Broken))]
    public async Task The_device_works_without_the_part(string component, string[] settings)
    {
        MakeModels();
        using CommandLine device = CommandLine.Start([
            "run",
            "--camera",
            $"images:{Samples.Root}/samples/demo?rate=20&loop=true",
            "--port",
            "0",
            .. settings.SelectMany(setting => (string[])["--set", Resolve(setting)]),
        ]);
        using var client = new HttpClient { BaseAddress = await device.AddressAsync() };

        JsonElement health = default;
        await Wait.UntilAsync(
            async () =>
            {
                health = await GetAsync(client, "/health");
                return State(health, component) == "degraded";
            },
            "a degraded health",
            () => [health.GetRawText(), device.Output, device.Error]
        );
        await Wait.UntilAsync(
            async () => (await GetAsync(client, "/api/state")).GetProperty("occupied").GetBoolean(),
            "a face",
            () => [device.Output, device.Error]
        );

        Assert.True(health.GetProperty("healthy").GetBoolean(), health.GetRawText());
        using HttpResponseMessage page = await client.GetAsync(new Uri("/", UriKind.Relative), Cancellation);
        Assert.True(page.IsSuccessStatusCode);
        device.Signal(CommandLine.Terminate);
        Assert.Equal(0, await device.ExitAsync());
        Assert.Contains(device.Output.Split('\n'), line => line.Contains(" warn: ") || line.Contains(" fail: "));
    }

    [Theory]
    [InlineData("Model:Path", "/nowhere/model")]
    [InlineData("Model:Path", "FOLDER/damaged")]
    [InlineData("Model:Path", "FOLDER/other")]
    [InlineData("Web:Tls:CertificateFile", "/nowhere/page.pem")]
    [InlineData("Presence:Labels:0", "car")]
    public async Task The_check_and_the_doctor_name_the_setting(string key, string value)
    {
        MakeModels();
        string setting = $"{key}={Resolve(value)}",
            name = key.TrimEnd('0').TrimEnd(':');

        (int code, _, string error) = await CommandLine.InvokeAsync("config", "check", "--port", "0", "--set", setting);
        (int failed, string checks, _) = await CommandLine.InvokeAsync("doctor", "--json", "--port", "0", "--set", setting);

        Assert.Equal((4, 1), (code, failed));
        Assert.Contains(name, error, StringComparison.Ordinal);
        JsonElement settings = JsonDocument
            .Parse(checks)
            .RootElement.EnumerateArray()
            .Single(check => check.GetProperty("check").GetString() == "settings");
        Assert.Equal("failed", settings.GetProperty("outcome").GetString());
        Assert.Contains(name, settings.GetProperty("finding").GetString(), StringComparison.Ordinal);
    }

    private static string? State(JsonElement health, string component) =>
        health
            .GetProperty("components")
            .EnumerateArray()
            .Single(part => part.GetProperty("name").GetString() == component)
            .GetProperty("state")
            .GetString();

    private static async Task<JsonElement> GetAsync(HttpClient client, string path)
    {
        using HttpResponseMessage answer = await client.GetAsync(new Uri(path, UriKind.Relative), Cancellation);
        return JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Cancellation)).RootElement;
    }

    private string Resolve(string setting) => setting.Replace("FOLDER", _folder.Path, StringComparison.Ordinal);

    /// <summary>Model folders with a damaged graph, an empty one, one that ends early, and that of another architecture.</summary>
    private void MakeModels()
    {
        string models = Path.Combine(Samples.Root, "models");
        byte[] graph = File.ReadAllBytes(Path.Combine(models, "face-qvga/model.onnx"));
        byte[] damaged = [.. graph];
        Array.Fill(damaged, (byte)0xA5, 0, 4096);
        Make("damaged", damaged);
        Make("empty", []);
        Make("short", graph[..(graph.Length / 2)]);
        Make("other", File.ReadAllBytes(Path.Combine(models, "person-vww/model.onnx")));

        void Make(string name, byte[] onnx)
        {
            string folder = Directory.CreateDirectory(Path.Combine(_folder.Path, name)).FullName;
            File.Copy(Path.Combine(models, "face-qvga/arch.json"), Path.Combine(folder, "arch.json"));
            File.WriteAllBytes(Path.Combine(folder, "model.onnx"), onnx);
        }
    }
}
