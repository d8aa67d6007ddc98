using System.Text.Json;
using RNNPool.Edge.Testing;
using RNNPool.Edge.Tests.Pipeline.Inference;
using RNNPool.Edge.Tests.Support;
using RNNPool.Edge.Web.Access;
using RNNPool.Edge.Web.Stream;

namespace RNNPool.Edge.Tests.Cli.Watch;

/// <summary>The program as its user has it, and a device in this process.</summary>
public sealed class WatchCommandTests
{
    [Fact]
    public async Task Elsewhere_than_on_a_terminal_an_event_is_a_line()
    {
        await using DeviceFixture device = await DeviceFixture.StartAsync();
        using CommandLine watch = CommandLine.Start("watch", "--url", $"{device.Client.BaseAddress}");
        await ListenedAsync(device, watch);

        await FaceAsync(device);
        await Wait.AdvanceUntilAsync(
            device.Time,
            LiveStream.Interval,
            () => watch.Output.Contains("face", StringComparison.Ordinal),
            "a line"
        );
        watch.Signal(CommandLine.Interrupt);

        Assert.Equal(0, await watch.ExitAsync());
        Assert.Matches(@"^2026-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}Z  new     face      0\.90  \S+  \S+\n", watch.Output);
        Assert.Empty(watch.Error);
    }

    [Fact]
    public async Task As_json_every_line_is_an_object_and_a_lost_device_is_told()
    {
        await using DeviceFixture device = await DeviceFixture.StartAsync();
        using CommandLine watch = CommandLine.Start("watch", "--json", "--url", $"{device.Client.BaseAddress}");
        await ListenedAsync(device, watch);
        await FaceAsync(device);
        await Wait.AdvanceUntilAsync(
            device.Time,
            LiveStream.Interval,
            () => watch.Output.Contains("\"kind\":\"event\"", StringComparison.Ordinal),
            "an event"
        );
        await device.StopAsync();
        await Wait.UntilAsync(() => watch.Output.Contains("\"kind\":\"lost\"", StringComparison.Ordinal), "the loss");
        watch.Signal(CommandLine.Terminate);

        Assert.Equal(0, await watch.ExitAsync());
        JsonElement[] lines =
        [
            .. watch.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement),
        ];
        Assert.False(
            lines.First(line => line.GetProperty("kind").GetString() == "state").GetProperty("state").GetProperty("occupied").GetBoolean()
        );
        Assert.Equal(
            "new",
            lines.First(line => line.GetProperty("kind").GetString() == "event").GetProperty("event").GetProperty("type").GetString()
        );
        Assert.EndsWith(
            ".",
            lines.First(line => line.GetProperty("kind").GetString() == "lost").GetProperty("message").GetString(),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task On_a_terminal_it_draws_and_Ctrl_C_gives_the_terminal_back()
    {
        await using DeviceFixture device = await DeviceFixture.StartAsync();
        using CommandLine watch = CommandLine.StartOnTerminal(50, 12, "watch", "--url", $"{device.Client.BaseAddress}");
        await ListenedAsync(device, watch);
        await FaceAsync(device);

        // The face stays for as long as the terminal, which lives in real time, takes to show it.
        Task drawn = Wait.UntilAsync(
            () => watch.Output.Contains("occupied", StringComparison.Ordinal),
            "a picture",
            () => [watch.Output, watch.Error]
        );
        while (!drawn.IsCompleted)
        {
            await device.FrameAsync();
            await Task.WhenAny(drawn, Task.Delay(20, TestContext.Current.CancellationToken));
        }

        await drawn;
        watch.Type("\u0003");

        Assert.Equal(0, await watch.ExitAsync());
        string output = watch.Output;
        Assert.Contains("\u001b[?1049h\u001b[?25l", output, StringComparison.Ordinal);
        Assert.EndsWith("\u001b[?25h\u001b[?1049l", output.TrimEnd(), StringComparison.Ordinal);
        Assert.Contains("\u001b[1;38;5;2moccupied", output, StringComparison.Ordinal);
        string last = output[(output.LastIndexOf("\u001b[H", StringComparison.Ordinal) + 3)..];
        Assert.All(last.Split('\n').Select(line => Escape.Replace(line, "").TrimEnd('\r')), line => Assert.InRange(line.Length, 0, 50));
    }

    [Fact]
    public async Task Once_shows_the_state_and_ends()
    {
        await using DeviceFixture device = await DeviceFixture.StartAsync();
        string url = $"{device.Client.BaseAddress}";

        (int code, string text, string error) = await CommandLine.InvokeAsync("watch", "--once", "--url", url);
        (_, string json, _) = await CommandLine.InvokeAsync("watch", "--once", "--json", "--url", url);

        Assert.Equal((0, ""), (code, error));
        Sentence.AssertNames(text, "clear|fake, test-model");
        Assert.DoesNotContain('\u001b', text);
        Assert.Equal(
            "test-model",
            JsonDocument.Parse(json).RootElement.GetProperty("state").GetProperty("engine").GetProperty("model").GetString()
        );
    }

    [Fact]
    public async Task The_token_comes_from_a_file_or_the_environment()
    {
        await using DeviceFixture device = await DeviceFixture.StartAsync();
        var store = device.Service<AccessStore>();
        store.SetPassword("a long password");
        string token = store.AddToken("watch")!.Value.Token,
            url = $"{device.Client.BaseAddress}";
        string file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, token + "\n", TestContext.Current.CancellationToken);

        (int without, string nothing, string error) = await CommandLine.InvokeAsync("watch", "--once", "--json", "--url", url);
        (int fromFile, _, _) = await CommandLine.InvokeAsync("watch", "--once", "--url", url, "--token-file", file);
        using CommandLine environment = CommandLine.Start(
            CommandLine.Program,
            ["watch", "--once", "--url", url],
            ("RNNPOOL_EDGE_TOKEN", token)
        );

        Assert.Equal((1, ""), (without, nothing));
        Assert.StartsWith("error: ", error, StringComparison.Ordinal);
        Assert.Equal(2, error.TrimEnd().Split('\n').Length);
        Assert.Equal(0, fromFile);
        Assert.Equal(0, await environment.ExitAsync());
        File.Delete(file);
    }

    [Fact]
    public async Task An_address_that_is_not_the_root_of_a_device_ends_with_a_failure()
    {
        await using DeviceFixture device = await DeviceFixture.StartAsync();

        (int code, _, string error) = await CommandLine.InvokeAsync("watch", "--once", "--url", $"{device.Client.BaseAddress}health");

        Assert.Equal(1, code);
        Assert.Contains("/health", error, StringComparison.Ordinal);
    }

    private static System.Text.RegularExpressions.Regex Escape { get; } = new(@"\u001b\[[0-9;?]*[A-Za-z]");

    private static Task ListenedAsync(DeviceFixture device, CommandLine watch) =>
        Wait.UntilAsync(() => device.Service<LiveStream>().Listeners == 1, "it listens", () => [watch.Output, watch.Error]);

    private static async Task FaceAsync(DeviceFixture device)
    {
        device.Detector.Found = [FakeDetector.Face()];
        for (int i = 0; i < 4; i++)
            await device.FrameAsync();
    }
}
