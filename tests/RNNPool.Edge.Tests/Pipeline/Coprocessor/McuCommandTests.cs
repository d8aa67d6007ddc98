using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text.Json;
using RNNPool.Edge.Models.Signatures;
using RNNPool.Edge.Pipeline.Coprocessor;
using RNNPool.Edge.Testing;
using RNNPool.Edge.Tests.Cli;
using RNNPool.Edge.Tests.Support;

namespace RNNPool.Edge.Tests.Pipeline.Coprocessor;

/// <summary>The <c>mcu</c> commands and the demo as processes, against the firmware as a process.</summary>
[Collection("firmware process")]
public sealed class McuCommandTests : IDisposable
{
    private const int Announced = 1200,
        HostServes = 1701,
        Differs = 1720;

    private readonly FirmwareProcess _firmware = new();

    public void Dispose() => _firmware.Dispose();

    [Fact]
    public async Task The_coprocessor_sees_exactly_what_the_interpreter_sees_on_every_picture()
    {
        await _firmware.StartAsync(FirmwareProcess.Model);
        string[] pictures =
        [
            .. Directory.EnumerateFiles(Path.Combine(Samples.Root, "samples/pictures"), "*.jpg"),
            .. Directory.EnumerateFiles(Path.Combine(Samples.Root, "samples/demo"), "*0.jpg"),
        ];

        (int code, string output, string error) = await CommandLine.InvokeAsync([
            "mcu",
            "detect",
            "--endpoint",
            _firmware.Endpoint,
            "--compare",
            "--json",
            .. pictures,
        ]);

        Assert.Equal((0, ""), (code, error));
        JsonElement[] files = [.. JsonDocument.Parse(output).RootElement.EnumerateArray()];
        Assert.Equal(pictures.Length, files.Length);
        Assert.All(files, file => Assert.False(file.TryGetProperty("difference", out _)));
        Assert.True(files.Sum(file => file.GetProperty("detections").GetArrayLength()) >= 5);
    }

    [Fact]
    public async Task Info_bench_and_monitor_tell_of_the_firmware()
    {
        await _firmware.StartAsync(FirmwareProcess.Model);

        (int code, string output, _) = await CommandLine.InvokeAsync("mcu", "info", "--endpoint", _firmware.Endpoint, "--json");
        Assert.Equal(0, code);
        JsonElement info = JsonDocument.Parse(output).RootElement;
        Assert.Equal("host", info.GetProperty("board").GetString());
        JsonElement builtIn = Assert.Single(info.GetProperty("slots").EnumerateArray(), slot =>
            slot.GetProperty("slot").GetString() == "built-in"
        );
        Assert.Equal(("face-qvga", "active"), (builtIn.GetProperty("name").GetString(), builtIn.GetProperty("state").GetString()));

        (code, output, _) = await CommandLine.InvokeAsync("mcu", "bench", "--endpoint", _firmware.Endpoint, "--frames", "3", "--json");
        Assert.Equal(0, code);
        JsonElement bench = JsonDocument.Parse(output).RootElement;
        Assert.Equal(3, bench.GetProperty("frames").GetInt32());
        Assert.InRange(bench.GetProperty("medianPixelBytes").GetDouble(), 1000, 76800);

        (code, output, _) = await CommandLine.InvokeAsync(
            "mcu",
            "monitor",
            "--endpoint",
            _firmware.Endpoint,
            "--count",
            "2",
            "--interval",
            "0.1",
            "--json"
        );
        Assert.Equal(0, code);
        Assert.Equal(
            2,
            output.TrimEnd().Split('\n').Count(line => JsonDocument.Parse(line).RootElement.GetProperty("kind").GetString() == "counters")
        );
    }

    [Fact]
    public async Task A_model_is_uploaded_once_and_outlives_the_process()
    {
        await _firmware.StartAsync(FirmwareProcess.OtherModel);
        (int code, _, string error) = await CommandLine.InvokeAsync(
            "mcu",
            "detect",
            "--endpoint",
            _firmware.Endpoint,
            "samples/pictures/astronaut.jpg"
        );
        Assert.Equal(1, code);
        Sentence.AssertNames(error, "error: |hint: |upload");

        (code, _, error) = await CommandLine.InvokeAsync(
            "mcu",
            "upload",
            "--endpoint",
            _firmware.Endpoint,
            "--set",
            $"Model:Keys:0={SigningKey.Create().PublicKey}",
            FirmwareProcess.Model
        );
        Assert.Equal(1, code);
        Sentence.AssertNames(error, "model.rnnp.sig|Model:Keys");

        (code, string output, error) = await CommandLine.InvokeAsync(
            "mcu",
            "upload",
            "--endpoint",
            _firmware.Endpoint,
            FirmwareProcess.Model
        );
        Assert.Equal(0, code);
        Assert.Contains("face-qvga", output, StringComparison.Ordinal);
        Assert.Empty(error); // progress bars are for terminals only

        (code, output, _) = await CommandLine.InvokeAsync(
            "mcu",
            "upload",
            "--endpoint",
            _firmware.Endpoint,
            "--json",
            FirmwareProcess.Model
        );
        Assert.Equal(0, code);
        Assert.False(JsonDocument.Parse(output).RootElement.GetProperty("uploaded").GetBoolean());

        (code, _, _) = await CommandLine.InvokeAsync(
            "mcu",
            "detect",
            "--endpoint",
            _firmware.Endpoint,
            "--compare",
            "samples/pictures/astronaut.jpg"
        );
        Assert.Equal(0, code);
        _firmware.End();
        await _firmware.StartAsync(FirmwareProcess.OtherModel);
        (code, _, _) = await CommandLine.InvokeAsync(
            "mcu",
            "detect",
            "--endpoint",
            _firmware.Endpoint,
            "--compare",
            "samples/pictures/astronaut.jpg"
        );
        Assert.Equal(0, code);
    }

    [Fact]
    public async Task The_demo_on_the_coprocessor_publishes_events_and_compares_every_frame()
    {
        await _firmware.StartAsync(FirmwareProcess.Model);
        using CommandLine demo = CommandLine.Start("demo", "--once", "--coprocessor", _firmware.Endpoint);

        Assert.Equal(0, await demo.ExitAsync());

        Assert.Contains(demo.Logged(Announced), line => line.Contains("\"type\":\"new\"", StringComparison.Ordinal));
        Assert.Empty(demo.Logged(Differs));
        Assert.Empty(demo.Logged(HostServes));
    }

    [Fact]
    public async Task The_demo_without_its_coprocessor_fails()
    {
        (int code, string output, _) = await CommandLine.RunAsync(
            "demo",
            "--once",
            "--fps",
            "30",
            "--coprocessor",
            "unix:///nonexistent/mcu.sock"
        );

        Assert.Equal(1, code);
        Assert.NotEmpty(output);
    }

    [Theory]
    [InlineData("unix:///nonexistent/mcu.sock")]
    [InlineData("serial:///dev/serial/by-id/usb-nothing?baud=921600")]
    [InlineData("tcp://127.0.0.1:9")]
    public async Task A_dead_endpoint_is_one_sentence(string endpoint)
    {
        (int code, string output, string error) = await CommandLine.InvokeAsync("mcu", "info", "--endpoint", endpoint);

        Assert.Equal((1, ""), (code, output));
        Assert.StartsWith("error: ", error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_peer_that_speaks_garbage_or_nothing_is_one_sentence_within_seconds(bool garbage)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var stop = new CancellationTokenSource();
        Task peer = BabbleAsync(listener, garbage, stop.Token);

        (int code, string output, string error) = await CommandLine.InvokeAsync(
            "mcu",
            "info",
            "--endpoint",
            $"tcp://{listener.LocalEndpoint}"
        );

        Assert.Equal((1, ""), (code, output));
        Assert.Single(error.TrimEnd().Split('\n'));
        Assert.StartsWith("error: ", error, StringComparison.Ordinal);
        await stop.CancelAsync();
        await peer;
    }

    [Fact]
    public void Who_names_no_endpoint_is_shown_the_serial_ports()
    {
        using var temporary = new TemporaryFolder();
        string folder = temporary.Path;
        Assert.Contains(folder, CoprocessorSession.EndpointHint(folder), StringComparison.Ordinal);
        File.WriteAllText(Path.Combine(folder, "usb-b"), "");
        Assert.EndsWith($"serial://{folder}/usb-b?baud=921600", CoprocessorSession.EndpointHint(folder), StringComparison.Ordinal);
        File.WriteAllText(Path.Combine(folder, "usb-a"), "");
        Assert.EndsWith(
            $"serial://{folder}/usb-a?baud=921600, serial://{folder}/usb-b?baud=921600",
            CoprocessorSession.EndpointHint(folder),
            StringComparison.Ordinal
        );
    }

    private static async Task BabbleAsync(TcpListener listener, bool garbage, CancellationToken cancellationToken)
    {
        try
        {
            using Socket socket = await listener.AcceptSocketAsync(cancellationToken);
            byte[] noise = new byte[200];
            while (true)
            {
                RandomNumberGenerator.Fill(noise);
                if (garbage)
                    await socket.SendAsync(noise, cancellationToken);
                await Task.Delay(5, cancellationToken);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException)
        {
            // the host has had enough
        }
    }
}
